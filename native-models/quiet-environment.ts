/** What the environment of every process that may load ONNX Runtime says: its telemetry stays off. */
export const quietEnvironment = { ORT_DISABLE_TELEMETRY: '1' } as const;
