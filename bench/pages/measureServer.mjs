import { median } from '../statistics.mjs'
import { applyLoad } from './applyLoad.mjs'
import { checkUsage } from './checkUsage.mjs'
import { collectGarbage, readUsage, visitPage } from './load.mjs'

/** The loads whose median is the latency of a round. */
export const SINGLE_LOADS = 3

/**
 * Measures pages per second and CPU time with several connections, then the latency with one. Collects the young
 * garbage of other modes beforehand.
 */
export async function measureServer(variant) {
  const { site, amount } = variant
  await collectGarbage(site)
  const before = await readUsage(site)
  const perSecond = await applyLoad(variant)
  const after = await readUsage(site)
  checkUsage({ ...variant, loads: amount, before, after })

  const singleLoads = []
  for (let i = 0; i < SINGLE_LOADS; i++) singleLoads.push(await visitPage(variant))
  return {
    perSecond,
    cpu: (after.cpu - before.cpu) / 1000 / amount,
    content: median(singleLoads.map(({ content }) => content)),
    last: median(singleLoads.map(({ last }) => last)),
  }
}
