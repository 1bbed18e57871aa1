import { median } from '../statistics.mjs'
import { checkUsage } from './checkUsage.mjs'
import { load, readUsage } from './load.mjs'

/** Measures pages per second and CPU time with several connections, then the latency with one. */
export async function measureServer({ mode, site, url, all }, { seconds, connections }) {
  const before = await readUsage(site)
  const startedAt = performance.now()
  const until = startedAt + seconds * 1000
  let loads = 0
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < until) {
        await load(url)
        loads++
      }
    }),
  )
  const elapsedSeconds = (performance.now() - startedAt) / 1000
  const after = await readUsage(site)
  checkUsage({ mode, url, all, loads, before, after })

  const singleLoads = []
  for (let i = 0; i < 3; i++) singleLoads.push(await load(url))
  return {
    perSecond: loads / elapsedSeconds,
    cpu: (after.cpu - before.cpu) / 1000 / loads,
    first: median(singleLoads.map(({ first }) => first)),
    last: median(singleLoads.map(({ last }) => last)),
  }
}
