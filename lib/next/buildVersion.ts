import { getClientAssetsId } from './internals/getClientAssetsId.ts'
import { getDevBuildStamp } from './internals/getDevBuildStamp.ts'
import { getBuildName, type NextRequest } from './internals/nextRequest.ts'

/**
 * The version of output that this deploy makes: client modules are numbered again in each build. In development the
 * code changes without a build.
 */
export function createBuildVersion(request: NextRequest): string {
  const build = `build ${getBuildName(request)}`
  return isDevelopment() ? `${build} ${getDevBuildStamp(request)}` : addAssetsId(build)
}

/**
 * The version of output with a `version` of the user's own. It never equals that of {@link createBuildVersion}. Entries outlive
 * a deploy, unless the deploy moves client modules or style sheets: without these a page would be broken or unstyled.
 */
export function createUserVersion(version: string): string {
  return isDevelopment() ? `user ${version}` : addAssetsId(`user ${version}`)
}

/** Builds may share an id, such as one that `generateBuildId` fixes. */
function addAssetsId(version: string): string {
  const assets = getClientAssetsId()
  return assets === '' ? version : `${version} ${assets}`
}

function isDevelopment(): boolean {
  return process.env.NODE_ENV === 'development'
}
