import { createVariants } from './createVariants.mjs'
import { measurePrepared } from './measureVariants.mjs'
import { preparePage } from './preparePage.mjs'
import { depths, MAX_UNCACHED_DEPTH } from './shapes.mjs'

/** Measures pages in which each fragment contains the next. @returns the rounds per build, levels and mode */
export async function measureDepth({ sites, rounds, seconds, random, progress }) {
  const prepared = []
  for (const levels of depths) {
    // The prerendered page comes first, because its text is complete at each depth.
    const names = ['static', 'hit', 'miss', ...(levels <= MAX_UNCACHED_DEPTH ? ['no-cache'] : [])]
    const variants = sites.flatMap((site) => createVariants(site, { page: `deep-${levels}`, names }))
    const uncached = variants.filter(({ name }) => name !== 'static')
    const references = variants.filter(({ name }) => name === 'static')
    const work = { rendered: levels, loaded: 0, miss: 0, hit: 0 }
    const ready = await preparePage([...references, ...uncached], seconds, work)
    // The targets compare the depths of a mode.
    for (const variant of ready.slice(references.length))
      prepared.push({ ...variant, levels, group: variant.name })
  }
  progress.begin('deep', prepared.length * rounds)
  const results = {}
  for (const { build, levels, name, server } of await measurePrepared(prepared, {
    rounds,
    random,
    progress,
  })) {
    results[build] ??= {}
    results[build][levels] ??= {}
    results[build][levels][name] = { server }
  }
  return results
}
