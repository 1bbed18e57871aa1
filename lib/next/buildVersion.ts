import { devCodeStamp } from './internals/devCode.ts'
import type { WorkStore } from './internals/storages.ts'

/**
 * The version of output that this deploy makes: client modules are numbered anew in each build. In
 * development the code changes without a build.
 */
export function buildVersion(workStore: WorkStore): string {
  const build = `build ${workStore.deploymentId || workStore.buildId || 'unknown'}`
  return process.env.NODE_ENV === 'development' ? `${build} ${devCodeStamp(workStore)}` : build
}
