import type { Manifests } from './manifests.ts'

/**
 * Flight, as far as a fragment needs it. The modules are Next's own copies: both bundlers alias these names
 * in server components. They are imported late, because outside a bundler (a script, a unit test that never
 * renders) they do not exist.
 */
export interface Flight {
  encode(
    node: unknown,
    manifests: Manifests,
    onError: (error: unknown) => string | undefined,
  ): ReadableStream<Uint8Array>
  decode(stream: ReadableStream<Uint8Array>, manifests: Manifests): PromiseLike<unknown>
}

let loading: Promise<Flight> | undefined

export function loadFlight(): Promise<Flight> {
  loading ??= load()
  return loading
}

const ENVIRONMENT = 'CacheContent'

async function load(): Promise<Flight> {
  const [server, client] = await Promise.all([
    import('react-server-dom-webpack/server'),
    import('react-server-dom-webpack/client'),
  ])
  return {
    encode(node, { clientModules }, onError) {
      return server.renderToReadableStream(node, clientModules, { environmentName: ENVIRONMENT, onError })
    },
    decode(stream, { moduleMap, serverModuleMap }) {
      return client.createFromReadableStream(stream, {
        // No module loading: the page around emits the reference again, and loads what it needs then.
        serverConsumerManifest: { moduleLoading: null, moduleMap, serverModuleMap },
        environmentName: ENVIRONMENT,
        replayConsoleLogs: false,
      })
    },
  }
}
