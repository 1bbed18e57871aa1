import { median } from '../statistics.mjs'
import { applyLoad } from './applyLoad.mjs'
import { checkUsage } from './checkUsage.mjs'
import { load, readUsage } from './load.mjs'

/** Measures pages per second and CPU time with several connections, then the latency with one. */
export async function measureServer({ name, site, urls, all, edit, amount, encoding }) {
  const before = await readUsage(site)
  const perSecond = await applyLoad({ urls, amount, encoding })
  const after = await readUsage(site)
  checkUsage({ name, urls, all, edit, loads: amount, before, after })

  const singleLoads = []
  for (let i = 0; i < 3; i++) singleLoads.push(await load(urls[0], encoding))
  return {
    perSecond,
    cpu: (after.cpu - before.cpu) / 1000 / amount,
    content: median(singleLoads.map(({ content }) => content)),
    last: median(singleLoads.map(({ last }) => last)),
  }
}
