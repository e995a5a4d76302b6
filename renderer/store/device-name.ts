const names: Readonly<Record<string, string>> = {
  auto: 'Automatic',
  cpu: 'CPU',
  cuda: 'NVIDIA GPU (CUDA)',
  webgpu: 'GPU (WebGPU)',
  dml: 'GPU (DirectML)',
  coreml: 'Apple GPU (Core ML)',
};

/** An execution provider as a person knows it. */
export function deviceName(provider: string): string {
  return names[provider] ?? provider;
}
