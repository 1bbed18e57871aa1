import { streamOf } from '../../core/replay.ts'
import type { Manifests } from './manifests.ts'

/**
 * Flight, as far as a fragment needs it. The modules are Next's own copies: both bundlers alias these names
 * in server components. They are imported late, because outside a bundler (a script, a unit test that never
 * renders) they do not exist.
 */
export interface Flight {
  /** @param idPrefix in all ids that `useId` makes in server components; in those of client components it is not */
  encode(
    node: unknown,
    manifests: Manifests,
    onError: (error: unknown) => string | undefined,
    idPrefix?: string,
  ): ReadableStream<Uint8Array>
  decode(stream: ReadableStream<Uint8Array>, manifests: Manifests): PromiseLike<unknown>
  /**
   * Decodes what is all there.
   *
   * @throws when a client component in it, however late, is unknown to the current route
   */
  decodeWhole(bytes: Uint8Array, manifests: Manifests): Promise<unknown>
}

let loading: Promise<Flight> | undefined
let loaded: Flight | undefined

/** At once where it is there: it is asked for by every fragment. */
export function loadFlight(): Flight | Promise<Flight> {
  loading ??= load().then((flight) => {
    loaded = flight
    return flight
  })
  return loaded ?? loading
}

const ENVIRONMENT = 'CacheContent'

async function load(): Promise<Flight> {
  const [server, client] = await Promise.all([
    import('react-server-dom-webpack/server'),
    import('react-server-dom-webpack/client'),
  ])
  const decode: Flight['decode'] = (stream, { moduleMap, serverModuleMap }) =>
    client.createFromReadableStream(stream, {
      // No module loading: the page around emits the reference again, and loads what it needs then.
      serverConsumerManifest: { moduleLoading: null, moduleMap, serverModuleMap },
      environmentName: ENVIRONMENT,
      replayConsoleLogs: false,
    })
  return {
    decode,
    async decodeWhole(bytes, manifests) {
      let unknown: PropertyKey | undefined
      const moduleMap = new Proxy(manifests.moduleMap, {
        get(target, id) {
          const module: unknown = Reflect.get(target, id)
          if (module === undefined) unknown = id
          return module
        },
      })
      const root = await decode(streamOf(bytes), { ...manifests, moduleMap })
      if (unknown !== undefined)
        throw new Error(`This route does not know the client module ${String(unknown)}.`)
      return root
    },
    encode(node, { clientModules }, onError, identifierPrefix) {
      const options = { environmentName: ENVIRONMENT, identifierPrefix, onError }
      return server.renderToReadableStream(node, clientModules, options)
    },
  }
}
