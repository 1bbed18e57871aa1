import { getClientReferenceId } from '../../react/reactInternals.ts'
import { type NextWork, openWork, type WorkStore } from './nextWork.ts'
import { workAsyncStorage } from './workAsyncStorage.ts'

interface ModuleEntry {
  readonly id: string | number
  readonly name: string
  readonly chunks: readonly string[]
}

interface ClientManifest {
  readonly clientModules: Readonly<Record<string, ModuleEntry | undefined>>
  readonly ssrModuleMapping: Readonly<
    Record<string, Readonly<Record<string, ModuleEntry | undefined>> | undefined>
  >
}

interface ModuleLoader {
  readonly __next_require__?: (id: string | number) => unknown
  readonly __next_chunk_load__?: (chunk: string) => unknown
}

/** Every export of a module. */
const ALL = '*'

/**
 * Loads what a reference to a client module stands for, as Next loads it for a document.
 *
 * Follows `resolveClientReference` and `requireModule` of Flight's client.
 *
 * @param reference an export of a client module, as server components see it
 * @returns nothing where this version of Next keeps its modules elsewhere, and for a module that the route does not have
 */
export async function loadClientExport(reference: object, work: NextWork): Promise<unknown> {
  const id = getClientReferenceId(reference)
  const manifest = getClientManifest()
  const { __next_require__: requireModule, __next_chunk_load__: loadChunk } = globalThis as ModuleLoader
  if (id === undefined || manifest === undefined || requireModule === undefined) return undefined
  const at = id.lastIndexOf('#')
  const exportName = id.slice(at + 1)
  // Without the field `durableUseCacheEntries`, for which the manifests give out names instead of ids.
  const { route, page } = openWork(work)
  const entry = workAsyncStorage.run({ route, page } as WorkStore, () => {
    const own = manifest.clientModules[id]
    const client = own ?? manifest.clientModules[id.slice(0, at)]
    if (client === undefined) return undefined
    const exports = manifest.ssrModuleMapping[client.id]
    const name = own === undefined ? exportName : own.name
    const found = exports?.[name] ?? exports?.[ALL]
    return found && { ...found, name: found.name === ALL ? name : found.name }
  })
  if (entry === undefined) return undefined
  // Webpack lists ids and files by turns, and has none on the server.
  if (loadChunk !== undefined) await Promise.all(entry.chunks.map((chunk) => loadChunk(chunk)))
  const module = (await requireModule(entry.id)) as Readonly<Record<string, unknown>> | undefined
  return module?.[entry.name === '' ? 'default' : entry.name]
}

function getClientManifest(): ClientManifest | undefined {
  const singleton = (
    globalThis as unknown as Record<symbol, { proxiedClientReferenceManifest?: ClientManifest }>
  )[Symbol.for('next.server.manifests')]
  const manifest = singleton?.proxiedClientReferenceManifest
  return manifest?.ssrModuleMapping && manifest.clientModules ? manifest : undefined
}
