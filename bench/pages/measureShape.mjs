import { createVariants } from './createVariants.mjs'
import { measureBrowser } from './measureBrowser.mjs'
import { measureInterleaved } from './measureInterleaved.mjs'
import { measureVariants } from './measureVariants.mjs'

/**
 * Measures one shape in all modes and builds.
 *
 * @returns the results per build and mode: sizes of the document, and all rounds of the server and of the browser
 */
export async function measureShape(shape, { sites, browser, rounds, loads, seconds, random, progress }) {
  const { name, page = name, modes: names, connections, edit } = shape
  const variants = sites.flatMap((site) => createVariants(site, { page, names, connections, edit }))
  // The DOM and the data for the browser are those of any build.
  const isForBrowser = (variant) =>
    shape.browser !== false && variant.browser && variant.build === sites[0].build
  progress.begin(name, variants.length * rounds + variants.filter(isForBrowser).length * loads)

  const measured = await measureVariants(variants, { rounds, seconds, random, progress })
  const inBrowser = measured.filter(isForBrowser)
  let text
  const client = await measureInterleaved(inBrowser, loads, random, async ({ site, visits, islands }) => {
    const url = site + visits[0][0].path
    const { text: visibleText, ...result } = await measureBrowser(browser, { url, islands })
    text ??= visibleText
    if (visibleText !== text)
      throw new Error(`${url} and the first page of ${name} show different content in a browser.`)
    progress.advance()
    return result
  })

  const results = {}
  for (const variant of measured) {
    const { build, bytes, sent, amount, server } = variant
    results[build] ??= {}
    results[build][variant.name] = {
      bytes,
      sent,
      amount,
      server,
      browser: client[inBrowser.indexOf(variant)],
    }
  }
  return results
}
