import semver from 'semver'

export const NODE_LINES = ['20', '22', '24']
export const BUNDLERS = ['Turbopack', 'webpack']

/** Returns "16.4" for "16.4.6". */
export const getMinorVersion = (version) => `${semver.major(version)}.${semver.minor(version)}`

/**
 * Selects the versions of Next to test: the newest patch of each minor in the package's peer range, and the newest
 * prerelease if it is newer than all of these.
 *
 * @param versions all versions in the registry
 */
export function selectNextVersions(versions, peerRange) {
  const sorted = semver.sort([...versions])
  const isPrerelease = (version) => semver.prerelease(version) !== null
  const inRange = sorted.filter((version) => !isPrerelease(version) && semver.satisfies(version, peerRange))
  const newest = [...new Map(inRange.map((version) => [getMinorVersion(version), version])).values()]
  const prerelease = sorted.findLast(isPrerelease)
  const isNewest = prerelease !== undefined && newest.every((version) => semver.gt(prerelease, version))
  return isNewest ? [...newest, prerelease] : newest
}

/** Whether a version matches a name such as "16.4", "16.4.6" or "prerelease". */
export function matchesNextVersion(version, name) {
  if (name === 'prerelease') return semver.prerelease(version) !== null
  return version === name || (semver.prerelease(version) === null && getMinorVersion(version) === name)
}

/**
 * Lists the combinations to test with one version of Next, in order. Only builds with cacheComponents run on each
 * version of Node. All others run on the newest, which saves a third of the time.
 *
 * @param nodes versions of Node, oldest first
 */
export function listCombinations({ next, nodes, bundlers }) {
  const newest = nodes.slice(-1)
  const combine = (mode, cacheComponents, selected) =>
    bundlers.flatMap((bundler) => selected.map((node) => ({ next, node, bundler, cacheComponents, mode })))
  return [
    ...combine('build', false, newest),
    ...combine('build', true, nodes),
    ...combine('dev', true, newest),
  ]
}

/**
 * Lists the runs of the caching site on one version of Next, one for each version of Node. The project's own minor of Next
 * runs on all of them, and any other on the newest.
 *
 * @param nodes versions of Node, oldest first
 * @param ownNext the version of Next that the project has
 * @returns the combinations of each run
 */
export function listCachingRuns({ next, nodes, ownNext }) {
  const selected = matchesNextVersion(next, getMinorVersion(ownNext)) ? nodes : nodes.slice(-1)
  return selected.map((node) => [true, false].map((cacheComponents) => ({ next, node, cacheComponents })))
}

/** Returns the name of a combination of the caching site in the test report. */
export function formatCachingTitle({ next, node, cacheComponents }) {
  return `Next ${next}, Node ${node}, caching site${cacheComponents ? ', cacheComponents' : ''}`
}

/** Returns the name of a combination in the test report. */
export function formatTitle({ next, node, bundler, cacheComponents, mode }) {
  const options = [bundler, ...(cacheComponents ? ['cacheComponents'] : [])].join(', ')
  return `Next ${next}, Node ${node}, next ${mode}, ${options}`
}
