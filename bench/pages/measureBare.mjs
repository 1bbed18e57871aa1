import { median } from '../statistics.mjs'
import { measureBrowser } from './measureBrowser.mjs'
import { preparePage } from './preparePage.mjs'

/** What a page with two islands and nothing else takes in a browser: Next, React and the browser's own. */
export async function measureBare(site, browser) {
  const [page] = await preparePage([{ mode: 'no-cache', site, url: `${site}/no-cache/bare` }])
  const loads = []
  for (let i = 0; i < 5; i++) loads.push(await measureBrowser(browser, page))
  const of = (field) => median(loads.map((load) => load[field]))
  return { heap: of('heap'), task: of('task') }
}
