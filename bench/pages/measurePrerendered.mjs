import { createVariants } from './createVariants.mjs'
import { BROWSER_ENCODING } from './load.mjs'
import { measureVariants } from './measureVariants.mjs'

const NAMES = ['no-cache', 'hit', 'static', 'static-no-etag', 'empty']

/** Compares hits with the prerendered page, compressed and not. @returns the rounds per encoding and mode */
export async function measurePrerendered({ sites, rounds, seconds, random, progress }) {
  const [site] = sites
  const variants = ['identity', BROWSER_ENCODING].flatMap((encoding) =>
    createVariants(site, { page: '20x30', names: NAMES, encoding }).map((variant) => ({
      ...variant,
      group: encoding,
    })),
  )
  progress.begin('prerendered', variants.length * rounds)
  const results = { identity: {}, compressed: {} }
  for (const { encoding, name, bytes, server } of await measureVariants(variants, {
    rounds,
    seconds,
    random,
    progress,
  }))
    results[encoding === 'identity' ? 'identity' : 'compressed'][name] = { bytes, server }
  return results
}
