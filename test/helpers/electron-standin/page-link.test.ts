import { EventEmitter } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test, vi } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { linkPage } from './page-link.ts';
import { createValueCodec } from './value-codec.ts';

/** What Chromium tells of a page whose documents come and go, said by hand. */
class ScriptedSession extends EventEmitter {
  readonly received: unknown[] = [];
  #binding = '';
  #context = 0;

  async send(method: string, params: Record<string, unknown> = {}): Promise<object> {
    if (method === 'Runtime.addBinding') this.#binding = String(params['name']);
    if (method === 'Runtime.callFunctionOn') {
      const [text] = params['arguments'] as { readonly value: string }[];
      const message = createValueCodec().decode(text!.value) as object;
      this.received.push({ ...message, in: params['executionContextId'] });
    }
    return {};
  }
  clear(): void {
    this.emit('Runtime.executionContextsCleared');
  }
  becomeReady(): void {
    this.#context += 1;
    const context = { id: this.#context, name: 'Electron Isolated Context' };
    this.emit('Runtime.executionContextCreated', { context });
    const payload = createValueCodec().encode({ kind: 'ready' });
    this.emit('Runtime.bindingCalled', { name: this.#binding, payload });
  }
}

test('messages reach the next document in order, also when the last one was cleared away twice', async () => {
  const session = new ScriptedSession();
  const preloadFile = join(await temporaryFolder(), 'preload.js');
  await writeFile(preloadFile, '');
  const page = { context: () => ({ newCDPSession: async () => session }) };
  // Of a page it asks for nothing but its session.
  const link = await linkPage(page as unknown as Page, {
    ...{ preloadFile, secret: 's', pathsByFileName: {}, onMessage: () => undefined },
  });
  session.becomeReady();
  link.send({ kind: 'port-closed', port: 'a' });
  await vi.waitUntil(() => session.received.length === 1, { timeout: 10_000 });

  session.clear();
  link.send({ kind: 'port-closed', port: 'b' });
  await Promise.resolve();
  session.clear();
  link.send({ kind: 'port-closed', port: 'c' });
  session.becomeReady();
  await vi.waitUntil(() => session.received.length === 3, { timeout: 10_000 });
  expect(session.received).toEqual([
    { kind: 'port-closed', port: 'a', in: 1 },
    { kind: 'port-closed', port: 'b', in: 2 },
    { kind: 'port-closed', port: 'c', in: 2 },
  ]);
});
