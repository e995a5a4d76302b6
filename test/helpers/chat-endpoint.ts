import { onTestFinished } from 'vitest';
import { startChatEndpoint, type TestEndpoint } from './start-chat-endpoint.ts';

/** The misbehaving server, closed when the test ends. */
export async function aChatEndpoint(
  mannerOf: Parameters<typeof startChatEndpoint>[0],
): Promise<TestEndpoint> {
  const endpoint = await startChatEndpoint(mannerOf);
  onTestFinished(() => endpoint.close());
  return endpoint;
}
