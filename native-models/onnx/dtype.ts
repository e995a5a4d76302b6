/** Number types of ONNX tensors: our names, ONNX's codes (TensorProto.DataType) and sizes. */
export const onnxDtypes = {
  f32: { code: 1, bytes: 4 },
  u8: { code: 2, bytes: 1 },
  i8: { code: 3, bytes: 1 },
  i32: { code: 6, bytes: 4 },
  i64: { code: 7, bytes: 8 },
  bool: { code: 9, bytes: 1 },
  f16: { code: 10, bytes: 2 },
} as const;

export type OnnxDtype = keyof typeof onnxDtypes;
