import { checkUsage } from './checkUsage.mjs'
import { extractVisibleText } from './extractVisibleText.mjs'
import { load, readUsage } from './load.mjs'

/** The number of loads before a measurement. After `min` loads it also ends after `ms` milliseconds. */
const WARM_UP = { max: 200, min: 8, ms: 1200 }

/** A measurement has at least this many loads per connection. */
const MIN_LOADS = 2

/**
 * Fills the caches, warms up the JIT compilers, and checks the documents of the variants. The first variant must
 * not cache.
 *
 * @param seconds the duration of a measurement, from which its number of loads follows
 * @throws when a variant shows other content than the first, or does not cache in the way of its mode
 */
export async function preparePage(variants, seconds) {
  let all
  let text
  let islands
  const prepared = []
  for (const variant of variants) {
    const { name, site, urls, encoding, edit } = variant
    const duration = await warmUp(variant)
    const before = await readUsage(site)
    const { body, sent } = await load(urls[0], encoding)
    const after = await readUsage(site)
    const html = body.toString()
    all ??= {
      rendered: after.rendered - before.rendered,
      loaded: after.loaded - before.loaded,
      miss: 0,
      hit: 0,
    }
    checkUsage({ name, urls, all, edit, loads: 1, before, after })
    islands ??= html.split('<button').length - 1
    text ??= extractVisibleText(html)
    if (name !== 'empty' && (text === '' || extractVisibleText(html) !== text))
      throw new Error(`${urls[0]} and ${variants[0].urls[0]} show different content.`)
    const loadsPerConnection = Math.max(MIN_LOADS, Math.round((seconds * 1000) / duration / urls.length))
    const amount = loadsPerConnection * urls.length
    prepared.push({ ...variant, all, islands, amount, bytes: body.length, sent })
  }
  return prepared
}

/** @returns the milliseconds that a load takes once the server is warm */
async function warmUp({ urls, encoding }) {
  const until = performance.now() + WARM_UP.ms
  const durations = []
  while (durations.length < WARM_UP.max && (durations.length < WARM_UP.min || performance.now() < until)) {
    const startedAt = performance.now()
    await load(urls[durations.length % urls.length], encoding)
    durations.push(performance.now() - startedAt)
  }
  const warm = durations.slice(durations.length / 2)
  return warm.reduce((sum, duration) => sum + duration) / warm.length
}
