import { gzipSync } from 'node:zlib'
import { checkUsage } from './checkUsage.mjs'
import { extractVisibleText } from './extractVisibleText.mjs'
import { load, readUsage } from './load.mjs'

/** The number of loads before a measurement. After `min` loads it also ends after `ms` milliseconds. */
const WARM_UP = { max: 300, min: 8, ms: 3000 }

/**
 * Fills the caches, warms up the JIT compilers, and checks the documents of the variants. The first variant must
 * not cache.
 *
 * @throws when a variant shows other content than the first, or does not cache in the way of its mode
 */
export async function preparePage(variants) {
  let all
  let text
  let islands
  const prepared = []
  for (const variant of variants) {
    const { mode, site, url } = variant
    await warmUp(url)
    const before = await readUsage(site)
    const { body } = await load(url)
    const after = await readUsage(site)
    const html = body.toString()
    all ??= {
      rendered: after.rendered - before.rendered,
      loaded: after.loaded - before.loaded,
      miss: 0,
    }
    checkUsage({ mode, url, all, loads: 1, before, after })
    islands ??= html.split('<button').length - 1
    text ??= extractVisibleText(html)
    if (text === '' || extractVisibleText(html) !== text)
      throw new Error(`${url} and ${variants[0].url} show different content.`)
    prepared.push({ ...variant, all, islands, bytes: body.length, gzip: gzipSync(body, { level: 6 }).length })
  }
  return prepared
}

async function warmUp(url) {
  const until = performance.now() + WARM_UP.ms
  for (let i = 0; i < WARM_UP.max && (i < WARM_UP.min || performance.now() < until); i++) await load(url)
}
