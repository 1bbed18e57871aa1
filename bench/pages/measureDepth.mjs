import { createVariants } from './createVariants.mjs'
import { measurePrepared } from './measureVariants.mjs'
import { preparePage } from './preparePage.mjs'
import { depths } from './shapes.mjs'

const NAMES = ['no-cache', 'hit', 'miss']

/** Measures pages in which each fragment contains the next. @returns the rounds per build, levels and mode */
export async function measureDepth({ sites, rounds, seconds, progress }) {
  const prepared = []
  progress.begin('deep', sites.length * depths.length * NAMES.length * rounds)
  for (const levels of depths) {
    const variants = sites.flatMap((site) => createVariants(site, { page: `deep-${levels}`, names: NAMES }))
    const ready = await preparePage(variants, seconds)
    prepared.push(...ready.map((variant) => ({ ...variant, levels })))
  }
  const results = {}
  for (const { build, levels, name, server } of await measurePrepared(prepared, { rounds, progress })) {
    results[build] ??= {}
    results[build][levels] ??= {}
    results[build][levels][name] = { server }
  }
  return results
}
