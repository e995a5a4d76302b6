import { allowedPath } from '../../app/allowed-paths.ts';
import type { HandlersOf } from '../../app-handlers.ts';
import type { Host } from '../../host.ts';
import { readLabels } from './read-labels.ts';

export function labelCalls({ host }: { readonly host: Host }): HandlersOf<'labels'> {
  return {
    'labels.read': async ({ source }, { signal }) => {
      const allowed =
        source.kind === 'bytes'
          ? source
          : { kind: 'path' as const, path: await allowedPath(host, source.path) };
      const { labels, passedOver } = await readLabels(allowed, signal);
      return { labels: labels.map((label) => ({ ...label })), passedOver };
    },
  };
}
