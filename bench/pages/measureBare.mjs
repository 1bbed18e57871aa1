import { median } from '../statistics.mjs'
import { createVariants } from './createVariants.mjs'
import { measureBrowser } from './measureBrowser.mjs'
import { preparePage } from './preparePage.mjs'

/** Measures a page with only two islands in a browser: the cost of Next, React and the browser itself. */
export async function measureBare(site, browser) {
  const variants = createVariants(site, { page: 'bare', names: ['no-cache'] })
  const [{ islands, visits }] = await preparePage(variants, 1)
  const url = site.url + visits[0][0].path
  const loads = []
  for (let i = 0; i < 5; i++) loads.push(await measureBrowser(browser, { url, islands }))
  const getMedian = (field) => median(loads.map((load) => load[field]))
  return { heap: getMedian('heap'), task: getMedian('task'), listeners: getMedian('listeners') }
}
