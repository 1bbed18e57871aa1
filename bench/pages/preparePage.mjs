import { checkUsage } from './checkUsage.mjs'
import { extractVisibleText } from './extractVisibleText.mjs'
import { readUsage, visitPage } from './load.mjs'
import { hasContent } from './modes.mjs'

/**
 * The loads before the first measurement of a mode in a process. V8 still optimizes the code of an edit after some 300
 * loads. Every mode has at least `min` loads, also a slow one. Then the time is limited.
 */
export const WARM_UP = { min: 100, max: 400, seconds: 20 }

/** The loads before the measurement of further pages of a mode, which run the same code. */
export const NEXT_WARM_UP = { min: 40, max: 40, seconds: 0 }

const warmModes = new Set()

/** A measurement has at least this many loads per connection. */
export const MIN_LOADS = 2

/**
 * Fills the caches, warms up the JIT compilers, and checks the documents of the variants. The first variant of each build
 * must not cache, unless its work is given.
 *
 * @param seconds the duration of a measurement, from which its number of loads follows
 * @param work the server's work for a page without a cache
 * @throws when a variant shows other content than the first, or does not cache in the way of its mode
 */
export async function preparePage(variants, seconds, work) {
  const workByBuild = {}
  let text
  let islands
  const prepared = []
  for (const variant of variants) {
    const { name, build, site, visits } = variant
    const duration = await warmUp(variant)
    const before = await readUsage(site)
    const { body, sent } = await visitPage(variant)
    const after = await readUsage(site)
    workByBuild[build] ??= work ?? subtractWork(after, before)
    const all = workByBuild[build]
    checkUsage({ ...variant, all, loads: 1, before, after })
    const html = body.toString()
    islands ??= html.split('<button').length - 1
    if (hasContent(variant)) {
      const shown = extractVisibleText(html)
      text ??= shown
      if (shown === '' || shown !== text)
        throw new Error(`${site}${visits[0].at(-1).path} shows other content in mode ${name}.`)
    }
    const perConnection = Math.max(MIN_LOADS, Math.round((seconds * 1000) / duration / visits.length))
    const amount = perConnection * visits.length
    prepared.push({ ...variant, all, islands, amount, bytes: body.length, sent })
  }
  return prepared
}

const subtractWork = (after, before) => ({
  rendered: after.rendered - before.rendered,
  loaded: after.loaded - before.loaded,
  miss: 0,
  hit: 0,
})

/** @returns the milliseconds that a load takes once the server is warm */
async function warmUp(variant) {
  const mode = `${variant.site} ${variant.path ?? variant.name}`
  const { min, max, seconds } = warmModes.has(mode) ? NEXT_WARM_UP : WARM_UP
  warmModes.add(mode)
  const until = performance.now() + seconds * 1000
  const durations = []
  while (durations.length < max && (durations.length < min || performance.now() < until)) {
    const startedAt = performance.now()
    await visitPage(variant, durations.length)
    durations.push(performance.now() - startedAt)
  }
  const warm = durations.slice(durations.length / 2)
  return warm.reduce((sum, duration) => sum + duration) / warm.length
}
