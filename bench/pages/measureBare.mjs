import { median } from '../statistics.mjs'
import { measureBrowser } from './measureBrowser.mjs'
import { preparePage } from './preparePage.mjs'

/** Measures a page with only two islands in a browser: the cost of Next, React and the browser itself. */
export async function measureBare(site, browser) {
  const [page] = await preparePage([{ mode: 'no-cache', site, url: `${site}/no-cache/bare` }])
  const loads = []
  for (let i = 0; i < 5; i++) loads.push(await measureBrowser(browser, page))
  const getMedian = (field) => median(loads.map((load) => load[field]))
  return { heap: getMedian('heap'), task: getMedian('task') }
}
