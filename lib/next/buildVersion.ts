import { getClientAssetsId } from './internals/getClientAssetsId.ts'
import { getDevBuildStamp } from './internals/getDevBuildStamp.ts'
import { getBuildName, type NextRequest } from './internals/nextRequest.ts'

/**
 * The version of fragments without a `version` prop. It differs for each build, because a build numbers client modules
 * again. In development it differs after each compilation.
 */
export function createBuildVersion(request: NextRequest): string {
  const build = `build ${getBuildName(request)}`
  return isDevelopment() ? `${build} ${getDevBuildStamp(request)}` : addAssetsId(build)
}

/**
 * The version of fragments with a `version` prop. It never equals a version of {@link createBuildVersion}. Entries
 * survive a deployment, unless it moves client modules or style sheets: stored output would then be broken or unstyled.
 */
export function createUserVersion(version: string): string {
  return isDevelopment() ? `user ${version}` : addAssetsId(`user ${version}`)
}

/** Two builds may have the same id, for instance a fixed one from `generateBuildId`. */
function addAssetsId(version: string): string {
  const assets = getClientAssetsId()
  return assets === '' ? version : `${version} ${assets}`
}

function isDevelopment(): boolean {
  return process.env.NODE_ENV === 'development'
}
