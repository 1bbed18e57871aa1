import { applyLoad } from './applyLoad.mjs'
import { BROWSER_ENCODING, load, readUsage } from './load.mjs'
import { measureInterleaved } from './measureInterleaved.mjs'
import { startServer } from './site.mjs'

/** The loads of a page, by three connections. */
export const MEMORY_LOADS = 60

/** Each server is new, because a process returns little of its memory. */
export const MEMORY_SERVERS = 3

const PAGE = '20x30-nested'
const NAMES = ['no-cache', 'miss']

/**
 * Measures by how many bytes the peak memory of a new server grows.
 *
 * @returns the results of all servers per build and mode
 */
export async function measureMemory({ builds, node, random, progress }) {
  const variants = builds.flatMap((build) => NAMES.map((name) => ({ build, name })))
  progress.begin('memory', variants.length * MEMORY_SERVERS)
  const peaks = await measureInterleaved(variants, MEMORY_SERVERS, random, async ({ build, name }) => {
    const server = await startServer({ build, node })
    try {
      await load(`${server.url}/no-cache/empty`)
      const { peakMemory: idle } = await readUsage(server.url)
      await applyLoad({
        site: server.url,
        visits: Array(3).fill([{ path: `/${name}/${PAGE}` }]),
        amount: MEMORY_LOADS,
        encoding: BROWSER_ENCODING,
      })
      const { peakMemory } = await readUsage(server.url)
      progress.advance()
      return { idle, growth: peakMemory - idle, peak: peakMemory }
    } finally {
      await server.stop()
    }
  })
  const results = {}
  variants.forEach(({ build, name }, index) => {
    results[build] ??= {}
    results[build][name] = peaks[index]
  })
  return results
}
