import { measureInterleaved } from './measureInterleaved.mjs'
import { measureServer } from './measureServer.mjs'
import { preparePage } from './preparePage.mjs'

/**
 * Measures pages that show the same content on the server, in turn.
 *
 * @returns the variants, each with the results of all rounds as `server`
 */
export async function measureVariants(variants, { seconds, ...settings }) {
  return measurePrepared(await preparePage(variants, seconds), settings)
}

/** Measures pages after {@link preparePage}. */
export async function measurePrepared(prepared, { rounds, random, progress }) {
  const server = await measureInterleaved(prepared, rounds, random, async (variant) => {
    const measured = await measureServer(variant)
    progress.advance()
    return measured
  })
  return prepared.map((variant, index) => ({ ...variant, server: server[index] }))
}
