import type { Manifests } from './manifests.ts'
import { type NextWork, openWork, type WorkStore } from './nextWork.ts'
import { workAsyncStorage } from './workAsyncStorage.ts'

/** The client modules and server actions that a decoded tree refers to, each with its place. */
export type UsedModules = ReadonlyMap<string, string>

export interface RouteModules {
  /** For decoding in any async context. */
  readonly manifests: Manifests
  /** All modules that were looked up in the manifests until now. */
  readonly used: UsedModules
}

/** Creates manifests that resolve modules for the route of `work`, and do not hold the request. */
export function createRouteModules(manifests: Manifests, work: NextWork): RouteModules {
  const used = new Map<string, string>()
  // The fields that the manifests' getters read: see createProxiedClientReferenceManifest and createServerModuleMap.
  const { route, page, durableUseCacheEntries } = openWork(work)
  const routeStore = { route, page, durableUseCacheEntries } as WorkStore
  const recordLookups = (kind: Kind) =>
    new Proxy(manifests[kind], {
      get(target, id) {
        const module: unknown = workAsyncStorage.run(routeStore, () => Reflect.get(target, id))
        if (typeof id === 'string') used.set(toModuleName(kind, id), serializeModule(module))
        return module
      },
    })
  return {
    manifests: {
      ...manifests,
      moduleMap: recordLookups('moduleMap'),
      serverModuleMap: recordLookups('serverModuleMap'),
    },
    used,
  }
}

type Kind = 'moduleMap' | 'serverModuleMap'

/** Whether the route of the current request has the same modules, so that it can show the same tree. */
export function hasModules(manifests: Manifests, used: UsedModules): boolean {
  try {
    for (const [name, place] of used) {
      const [kind, id] = parseModuleName(name)
      if (serializeModule(Reflect.get(manifests[kind], id)) !== place) return false
    }
    return true
  } catch {
    // Next throws for an action that the route does not have.
    return false
  }
}

function toModuleName(kind: Kind, id: string): string {
  return `${kind} ${id}`
}

function parseModuleName(name: string): [kind: Kind, id: string] {
  const space = name.indexOf(' ')
  return [name.slice(0, space) as Kind, name.slice(space + 1)]
}

function serializeModule(module: unknown): string {
  return JSON.stringify(module) ?? 'unknown'
}
