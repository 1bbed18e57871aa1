import { isValidElement, type ReactElement } from 'react'
import { createContentCacheError } from '../../core/errors.ts'
import { toByteStream } from '../../core/replayableStream.ts'
import { runDetached } from '../../core/runDetached.ts'
import { withChildren } from '../../react/compaction/resolveLazyTree.ts'
import { awaitLazy, isLazy } from '../../react/reactInternals.ts'
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
  decodeFully(bytes: Uint8Array, manifests: Manifests): Promise<unknown>
}

let loading: Promise<Flight> | undefined
let loaded: Flight | undefined

/** At once where it is there: it is asked for by every fragment. */
export function loadFlight(): Flight | Promise<Flight> {
  if (loaded) return loaded
  // It stays as long as the process: it must not hold the request that came first.
  loading ??= runDetached(async () => (loaded = await load()))
  return loading
}

const ENVIRONMENT = 'CacheContent'

async function load(): Promise<Flight> {
  const [server, client] = await Promise.all([
    import('react-server-dom-webpack/server'),
    import('react-server-dom-webpack/client'),
  ])
  const decode: Flight['decode'] = async (stream, { moduleMap, serverModuleMap }) => {
    const root: unknown = await client.createFromReadableStream(stream, {
      // No module loading: the page around emits the reference again, and loads what it needs then.
      serverConsumerManifest: { moduleLoading: null, moduleMap, serverModuleMap },
      environmentName: ENVIRONMENT,
      replayConsoleLogs: false,
    })
    return unwrapFrame(root)
  }
  return {
    decode,
    async decodeFully(bytes, manifests) {
      let unknownId: PropertyKey | undefined
      const moduleMap = new Proxy(manifests.moduleMap, {
        get(target, id) {
          const module: unknown = Reflect.get(target, id)
          if (module === undefined) unknownId = id
          return module
        },
      })
      const root = await decode(toByteStream(bytes), { ...manifests, moduleMap })
      if (unknownId !== undefined)
        throw createContentCacheError('CC_CLIENT_MODULE_UNKNOWN', [String(unknownId)])
      return root
    },
    encode(node, { clientModules }, onError, identifierPrefix) {
      const options = { environmentName: ENVIRONMENT, identifierPrefix, onError }
      return server.renderToReadableStream(wrapInFrame(node), clientModules, options)
    },
  }
}

const FRAME = { type: 'noscript', key: null, props: {} } as unknown as ReactElement<Record<string, unknown>>

/**
 * Flight tells a browser to load each image and style sheet ahead, except inside of a `<picture>` or a `<noscript>`. What
 * is around a fragment is not known in its own render. So that render tells nothing, and the render of the page, which
 * meets the same elements, does.
 */
function wrapInFrame(node: unknown): ReactElement {
  return withChildren(FRAME, node)
}

async function unwrapFrame(root: unknown): Promise<unknown> {
  // Flight stands a lazy node in for an element of which a part has yet to be read.
  const frame = isLazy(root) ? await awaitLazy(root) : root
  return isValidElement<{ children?: unknown }>(frame) && frame.type === FRAME.type
    ? frame.props.children
    : frame
}
