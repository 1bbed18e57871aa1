import { median } from '../statistics.mjs'
import { checkUsage } from './checkUsage.mjs'
import { load, usage } from './load.mjs'

/** Pages per second and CPU of several visitors at once, then the latency that one alone sees. */
export async function measureServer({ mode, site, url, all }, { seconds, connections }) {
  const before = await usage(site)
  const started = performance.now()
  const until = started + seconds * 1000
  let loads = 0
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (; performance.now() < until; loads++) await load(url)
    }),
  )
  const elapsedSeconds = (performance.now() - started) / 1000
  const after = await usage(site)
  checkUsage({ mode, url, all, loads, before, after })

  const alone = []
  for (let i = 0; i < 3; i++) alone.push(await load(url))
  return {
    perSecond: loads / elapsedSeconds,
    cpu: (after.cpu - before.cpu) / 1000 / loads,
    first: median(alone.map(({ first }) => first)),
    last: median(alone.map(({ last }) => last)),
  }
}
