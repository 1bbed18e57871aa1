import { gzipSync } from 'node:zlib'
import { checkUsage } from './checkUsage.mjs'
import { load, usage } from './load.mjs'
import { visibleText } from './visibleText.mjs'

/** Loads, which may take no longer than the milliseconds, but for the first ones. */
const WARM_UP = { most: 300, least: 8, ms: 3000 }

/**
 * Fills the caches, lets the compilers settle, and looks at what the variants send. The first of them caches
 * nothing.
 *
 * @throws when a variant shows other content than the first, or is not what it is called
 */
export async function preparePage(variants) {
  let all
  let text
  let islands
  const prepared = []
  for (const variant of variants) {
    const { mode, site, url } = variant
    await warmUp(url)
    const before = await usage(site)
    const { body } = await load(url)
    const after = await usage(site)
    const html = body.toString()
    all ??= {
      rendered: after.rendered - before.rendered,
      loaded: after.loaded - before.loaded,
      miss: 0,
    }
    checkUsage({ mode, url, all, loads: 1, before, after })
    islands ??= html.split('<button').length - 1
    text ??= visibleText(html)
    if (text === '' || visibleText(html) !== text)
      throw new Error(`${url} shows other content than ${variants[0].url}.`)
    prepared.push({ ...variant, all, islands, bytes: body.length, gzip: gzipSync(body, { level: 6 }).length })
  }
  return prepared
}

async function warmUp(url) {
  const until = performance.now() + WARM_UP.ms
  for (let i = 0; i < WARM_UP.most && (i < WARM_UP.least || performance.now() < until); i++) await load(url)
}
