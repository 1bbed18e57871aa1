import { getClientAssetsId } from './internals/getClientAssetsId.ts'
import { getDevBuildStamp } from './internals/getDevBuildStamp.ts'
import { getBuildName, type NextRequest } from './internals/nextRequest.ts'

/** The version of a fragment without a `version`: the id of the build. */
export function createBuildVersion(request: NextRequest): string {
  return addCodeId(`build ${getBuildName(request)}`, request)
}

/**
 * The version of a fragment with a `version` of the user's own. It never equals one of {@link createBuildVersion}.
 * Entries outlive a deploy that moves no client module and no style sheet.
 */
export function createUserVersion(version: string, request: NextRequest): string {
  return addCodeId(`user ${version}`, request)
}

/**
 * In production adds the id of the client modules and style sheets: old output would name modules by wrong numbers, or
 * lack its styles. In development the code changes without a build, so adds the stamp of the compiled files.
 */
function addCodeId(version: string, request: NextRequest): string {
  if (process.env.NODE_ENV === 'development') return `${version} ${getDevBuildStamp(request)}`
  const assets = getClientAssetsId()
  return assets === '' ? version : `${version} ${assets}`
}
