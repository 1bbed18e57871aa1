import manifest from 'next/package.json' with { type: 'json' }
import semver from 'semver'

/** The version of Next that the project has. */
export const projectNext: string = manifest.version

/** Whether a version of Next, or a prerelease, belongs to a minor such as "16.3" or to a later one. */
export function isNextSince(version: string, minor: string): boolean {
  return semver.gte(version, `${minor}.0-0`)
}
