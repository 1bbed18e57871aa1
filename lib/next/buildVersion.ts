import type { WorkStore } from './internals/storages.ts'

/** The version of output that this deploy makes: client modules are numbered anew in each build. */
export function buildVersion(workStore: WorkStore): string {
  return `build ${workStore.deploymentId || workStore.buildId || 'unknown'}`
}
