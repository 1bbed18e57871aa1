import { getClientAssetsId } from './internals/getClientAssetsId.ts'
import { getDevBuildStamp } from './internals/getDevBuildStamp.ts'
import { getBuildName, type NextWork } from './internals/nextWork.ts'

/** The version of fragments without a `version` prop: the id of the build. */
export function createBuildVersion(work: NextWork): string {
  return addCodeId(`build ${getBuildName(work)}`, work)
}

/**
 * The version of fragments with a `version` prop. It never equals a version of {@link createBuildVersion}. Entries
 * survive a deployment, unless it moves client modules or style sheets.
 */
export function createUserVersion(version: string, work: NextWork): string {
  return addCodeId(`user ${version}`, work)
}

/**
 * In production adds the id of the client modules and style sheets. Without it stored output could be broken or unstyled
 * after a deployment, also when two builds have the same id, such as a fixed one from `generateBuildId`. In development
 * adds the stamp of the compiled files, because the code changes without a build.
 */
function addCodeId(version: string, work: NextWork): string {
  if (process.env.NODE_ENV === 'development') return `${version} ${getDevBuildStamp(work)}`
  const assets = getClientAssetsId()
  return assets === '' ? version : `${version} ${assets}`
}
