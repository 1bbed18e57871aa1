import semver from 'semver'

export const NODE_LINES = ['20', '22', '24']
export const BUNDLERS = ['Turbopack', 'webpack']

/** "16.4" of "16.4.6" */
export const lineOf = (version) => `${semver.major(version)}.${semver.minor(version)}`

/**
 * The versions of Next to test: the newest patch of each minor in the package's peer range, and the newest prerelease
 * where it is beyond them.
 *
 * @param offered all versions in the registry
 */
export function testedNexts(offered, peerRange) {
  const sorted = semver.sort([...offered])
  const isPrerelease = (version) => semver.prerelease(version) !== null
  const inRange = sorted.filter((version) => !isPrerelease(version) && semver.satisfies(version, peerRange))
  const newest = [...new Map(inRange.map((version) => [lineOf(version), version])).values()]
  const coming = sorted.findLast(isPrerelease)
  const isBeyond = coming !== undefined && newest.every((version) => semver.gt(coming, version))
  return isBeyond ? [...newest, coming] : newest
}

/** Whether a version is meant by "16.4", "16.4.6" or "prerelease". */
export function isOfNext(version, name) {
  if (name === 'prerelease') return semver.prerelease(version) !== null
  return version === name || (semver.prerelease(version) === null && lineOf(version) === name)
}

/**
 * What to run on one version of Next, in order: with cacheComponents on each version of Node, the rest on the newest,
 * which saves a third of the time.
 *
 * @param nodes versions of Node, oldest first
 */
export function combinationsOf({ next, nodes, bundlers }) {
  const newest = nodes.slice(-1)
  const on = (mode, cacheComponents, used) =>
    bundlers.flatMap((bundler) => used.map((node) => ({ next, node, bundler, cacheComponents, mode })))
  return [...on('build', false, newest), ...on('build', true, nodes), ...on('dev', true, newest)]
}

/** How a combination is called in the report of the tests. */
export function titleOf({ next, node, bundler, cacheComponents, mode }) {
  const options = [bundler, ...(cacheComponents ? ['cacheComponents'] : [])].join(', ')
  return `Next ${next}, Node ${node}, next ${mode}, ${options}`
}
