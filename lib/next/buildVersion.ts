import { clientAssetsId } from './internals/clientAssets.ts'
import { devCodeStamp } from './internals/devCode.ts'
import type { WorkStore } from './internals/storages.ts'

/**
 * The version of output that this deploy makes: client modules are numbered again in each build. In development the
 * code changes without a build.
 */
export function buildVersion(workStore: WorkStore): string {
  const build = `build ${workStore.deploymentId || workStore.buildId || 'unknown'}`
  return isDevelopment() ? `${build} ${devCodeStamp(workStore)}` : ofThisBuild(build)
}

/**
 * The version of output with a `version` of the user's own. It never equals that of {@link buildVersion}. Entries outlive
 * a deploy, unless the deploy moves client modules or style sheets: without these a page would be broken or unstyled.
 */
export function userVersion(version: string): string {
  return isDevelopment() ? `user ${version}` : ofThisBuild(`user ${version}`)
}

/** Builds may share an id, such as one that `generateBuildId` fixes. */
function ofThisBuild(version: string): string {
  const assets = clientAssetsId()
  return assets === '' ? version : `${version} ${assets}`
}

function isDevelopment(): boolean {
  return process.env.NODE_ENV === 'development'
}
