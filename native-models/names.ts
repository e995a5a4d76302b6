/** What can be chosen about a model, by the names that settings, command lines and manifests use. Imports nothing: the app's contract reads it too. */

/** ONNX Runtime's execution providers that the engine knows how to use. */
export const providers = ['cpu', 'cuda', 'webgpu', 'dml', 'coreml'] as const;
export type Provider = (typeof providers)[number];

/** 'auto' takes the provider whose answer was measured to be fastest. */
export const providerRequests = ['auto', ...providers] as const;
export type ProviderRequest = (typeof providerRequests)[number];

/** What a person calls each provider. */
export const providerNames: Readonly<Record<Provider, string>> = {
  cpu: 'The CPU',
  cuda: 'CUDA',
  webgpu: 'WebGPU',
  dml: 'DirectML',
  coreml: 'Core ML',
};

/** What an answer is at, in order. */
export const answerStages = ['reading-image', 'thinking', 'drawing'] as const;
export type AnswerStage = (typeof answerStages)[number];

/** How a converted model stores its weights. */
export const precisions = ['fp32', 'fp16', 'int8', 'int4'] as const;
export type Precision = (typeof precisions)[number];
