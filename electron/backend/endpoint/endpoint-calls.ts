import type { HandlersOf } from '../app-handlers.ts';
import type { EndpointStore } from './endpoint-store.ts';

export function endpointCalls({ endpoints }: { readonly endpoints: EndpointStore }): HandlersOf<'endpoint'> {
  return {
    'endpoint.get': () => endpoints.info(),
    'endpoint.set': ({ key, ...endpoint }) => endpoints.set(endpoint, key),
    'endpoint.lend': async ({ baseUrl, key }) => {
      endpoints.lend(baseUrl, key);
      return {};
    },
    'endpoint.forget': async () => {
      await endpoints.forget();
      return {};
    },
  };
}
