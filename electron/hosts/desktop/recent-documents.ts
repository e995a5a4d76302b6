import type { Backend } from '../../backend/backend.ts';

/** The same backend, telling the system's list of recent documents which projects were opened. */
export function withRecentDocuments(backend: Backend, note: (folder: string) => void): Backend {
  const { handlers } = backend;
  return {
    onPush: (listener) => backend.onPush(listener),
    releaseConnection: (connection) => backend.releaseConnection(connection),
    respondToAsset: (pathAndQuery, signal) => backend.respondToAsset(pathAndQuery, signal),
    takeDownload: (token) => backend.takeDownload(token),
    dispose: () => backend.dispose(),
    handlers: {
      ...handlers,
      async 'project.open'(input, context) {
        const snapshot = await handlers['project.open'](input, context);
        note(snapshot.project.folder);
        return snapshot;
      },
      async 'project.create'(input, context) {
        const snapshot = await handlers['project.create'](input, context);
        note(snapshot.project.folder);
        return snapshot;
      },
    },
  };
}
