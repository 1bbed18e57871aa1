import { isValidElement, type ReactElement } from 'react'
import { createContentCacheError } from '../../core/errors.ts'
import { runDetached } from '../../core/runDetached.ts'
import { Settable } from '../../core/settable.ts'
import { toByteStream } from '../../core/toByteStream.ts'
import { withChildren } from '../../react/compaction/withChildren.ts'
import { awaitLazy, isLazy } from '../../react/reactInternals.ts'
import type { Manifests } from './manifests.ts'

/**
 * The functions of Flight that a fragment needs. The modules are Next's own copies: both bundlers alias these names in
 * server components. They are imported late, because they do not exist outside of a bundler, as in a script or a unit
 * test that never renders.
 */
export interface Flight {
  /** Encodes a node. Rejected with the first error in it. */
  encode(node: unknown, manifests: Manifests): Settable<Uint8Array>
  /**
   * Decodes a complete payload.
   *
   * @throws {ContentCacheError} CC_CLIENT_MODULE_UNKNOWN when the current route lacks one of its client components
   */
  decodeFully(bytes: Uint8Array, manifests: Manifests): Promise<unknown>
}

let loading: Promise<Flight> | undefined
let loaded: Flight | undefined

/** Returns Flight itself once it is loaded, because every fragment calls this. */
export function loadFlight(): Flight | Promise<Flight> {
  if (loaded) return loaded
  // The promise stays as long as the process, so it must not hold the first request.
  loading ??= runDetached(async () => (loaded = await load()))
  return loading
}

const ENVIRONMENT = 'CacheContent'

async function load(): Promise<Flight> {
  const [server, client] = await Promise.all([
    import('react-server-dom-webpack/server'),
    import('react-server-dom-webpack/client'),
  ])
  const decode = async (
    stream: ReadableStream<Uint8Array>,
    { moduleMap, serverModuleMap }: Manifests,
  ): Promise<unknown> => {
    const root: unknown = await client.createFromReadableStream(stream, {
      // No module loading: the render of the page emits the reference again, and loads the module then.
      serverConsumerManifest: { moduleLoading: null, moduleMap, serverModuleMap },
      environmentName: ENVIRONMENT,
      replayConsoleLogs: false,
    })
    return unwrapFrame(root)
  }
  return {
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
    encode(node, { clientModules }) {
      const encoded = new Settable<Uint8Array>()
      const chunks: Uint8Array[] = []
      const options = {
        environmentName: ENVIRONMENT,
        onError(error: unknown) {
          encoded.reject(error)
          return undefined
        },
      }
      // A web stream would cost more than the render of a few client components.
      server.renderToPipeableStream(wrapInFrame(node), clientModules, options).pipe({
        write(chunk: string | Uint8Array) {
          chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
          return true
        },
        end() {
          const [only] = chunks
          encoded.resolve(chunks.length === 1 && only ? only : Buffer.concat(chunks))
        },
        destroy: (error: Error) => encoded.reject(error),
        on() {},
      })
      return encoded
    },
  }
}

const FRAME = { type: 'noscript', key: null, props: {} } as unknown as ReactElement<Record<string, unknown>>

/**
 * Flight tells a browser to load each image and style sheet ahead, except inside of a `<picture>` or a `<noscript>`. An
 * entry is encoded without the elements around it. So it is encoded inside of a `<noscript>`, and has no such hints. The render of
 * the page meets the same elements, and emits them.
 */
function wrapInFrame(node: unknown): ReactElement {
  return withChildren(FRAME, node)
}

async function unwrapFrame(root: unknown): Promise<unknown> {
  // Flight returns a lazy node for an element of which a part has not been read yet.
  const frame = isLazy(root) ? await awaitLazy(root) : root
  return isValidElement<{ children?: unknown }>(frame) && frame.type === FRAME.type
    ? frame.props.children
    : frame
}
