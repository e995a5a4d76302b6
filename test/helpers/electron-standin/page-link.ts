import { readFileSync } from 'node:fs';
import type { CDPSession, Page } from '@playwright/test';
import { type StandinMessage, createPreloadWorld } from './preload-world.ts';
import { createValueCodec } from './value-codec.ts';
import { installWorldBridge } from './world-bridge.ts';

const worldName = 'Electron Isolated Context';
const codec = createValueCodec();

/** The line between the main process and one page's preload world. */
export interface PageLink {
  /** Waits for the preload of the page that is being loaded. */
  send(message: StandinMessage): void;
}

/**
 * Installs the preload into every document the page will load, in a world of its own that the page cannot
 * see, and connects that world to the main process by a binding the page cannot see either.
 */
export async function linkPage(
  page: Page,
  {
    preloadFile,
    secret,
    pathsByFileName,
    onMessage,
  }: {
    readonly preloadFile: string;
    readonly secret: string;
    readonly pathsByFileName: Readonly<Record<string, string>>;
    readonly onMessage: (message: StandinMessage) => void;
  },
): Promise<PageLink> {
  const session = await page.context().newCDPSession(page);
  const binding = `standin${secret}`;
  const world = await watchWorld(session, binding, onMessage);
  await session.send('Page.enable');
  await session.send('Runtime.enable');
  await session.send('Runtime.addBinding', { name: binding, executionContextName: worldName });
  await session.send('Page.addScriptToEvaluateOnNewDocument', {
    source: `if (window === top) (${String(installWorldBridge)})('page', ${JSON.stringify(secret)});`,
  });
  await session.send('Page.addScriptToEvaluateOnNewDocument', {
    worldName,
    source: preloadSource({ preloadFile, secret, binding, pathsByFileName }),
  });

  let line: Promise<unknown> = Promise.resolve();
  return {
    send(message) {
      const text = codec.encode(message);
      line = line.then(async () => {
        const contextId = await world.ready();
        await session
          .send('Runtime.callFunctionOn', {
            executionContextId: contextId,
            functionDeclaration: `function (text) { globalThis.${binding}Receive(text); }`,
            arguments: [{ value: text }],
          })
          .catch(() => undefined); // the page went away meanwhile, and its ports with it
      });
    },
  };
}

/** Follows which execution context is the preload's: each document has a new one. */
async function watchWorld(
  session: CDPSession,
  binding: string,
  onMessage: (message: StandinMessage) => void,
): Promise<{ ready(): Promise<number> }> {
  let contextId = 0;
  let markReady: (() => void) | null = null;
  let isReady = Promise.resolve();
  const awaitReady = (): void => {
    // A document can be cleared away more than once before the next is ready: whoever waits already goes on waiting for that one.
    if (markReady !== null) return;
    isReady = new Promise((resolve) => {
      markReady = () => {
        markReady = null;
        resolve();
      };
    });
  };
  awaitReady();
  session.on('Runtime.executionContextsCleared', awaitReady);
  session.on('Runtime.executionContextCreated', ({ context }) => {
    if (context.name === worldName) contextId = context.id;
  });
  session.on('Runtime.bindingCalled', ({ name, payload }) => {
    if (name !== binding) return;
    const message = codec.decode(payload) as StandinMessage;
    if (message.kind === 'ready') markReady?.();
    else onMessage(message);
  });
  return {
    async ready() {
      await isReady;
      return contextId;
    },
  };
}

/** The preload as Electron runs it: a CommonJS function with a `require` of its own. */
function preloadSource({
  preloadFile,
  secret,
  binding,
  pathsByFileName,
}: {
  preloadFile: string;
  secret: string;
  binding: string;
  pathsByFileName: Readonly<Record<string, string>>;
}): string {
  return `if (window === top && location.protocol !== 'about:') {
    const send = globalThis.${binding};
    const codec = (${String(createValueCodec)})();
    const { expose } = (${String(installWorldBridge)})('preload', ${JSON.stringify(secret)});
    const world = (${String(createPreloadWorld)})({ expose, codec, send, pathsByFileName: ${JSON.stringify(pathsByFileName)} });
    globalThis.${binding}Receive = world.receive;
    (function (require, module, exports) { ${readFileSync(preloadFile, 'utf8')}\n})(world.require, { exports: {} }, {});
    send(codec.encode({ kind: 'ready' }));
  }`;
}
