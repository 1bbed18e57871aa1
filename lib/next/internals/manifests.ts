/** The part of Next's manifests that Flight needs, as `react-server-dom-webpack` takes it. */
export interface Manifests {
  /** Client components, to encode references to them. */
  readonly clientModules: object
  /** Client components, to decode the references. */
  readonly moduleMap: object
  readonly serverModuleMap: object
}

const SINGLETON = Symbol.for('next.server.manifests')

interface Singleton {
  readonly proxiedClientReferenceManifest?: {
    readonly clientModules: object
    readonly rscModuleMapping: object
  }
  /** Set from 16.4 on, where a `cache` work unit encodes references by name instead of id. */
  readonly rscModuleMappingForUseCache?: object
  readonly serverModuleMap?: object
}

/** The manifests of the process, or `undefined` where this version of Next keeps them elsewhere. */
export function getManifests(): Manifests | undefined {
  const singleton = (globalThis as unknown as Record<symbol, Singleton | undefined>)[SINGLETON]
  const client = singleton?.proxiedClientReferenceManifest
  if (!client || !singleton.serverModuleMap) return undefined
  return {
    clientModules: client.clientModules,
    moduleMap: singleton.rscModuleMappingForUseCache ?? client.rscModuleMapping,
    serverModuleMap: singleton.serverModuleMap,
  }
}
