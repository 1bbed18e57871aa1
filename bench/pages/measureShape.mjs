import { measureBrowser } from './measureBrowser.mjs'
import { measureInterleaved } from './measureInterleaved.mjs'
import { measureServer } from './measureServer.mjs'
import { modes } from './modes.mjs'
import { preparePage } from './preparePage.mjs'

/** Measures one shape in all modes. @returns the document size and the results of server and browser per mode */
export async function measureShape(shape, { site, browser, rounds, loads, seconds, progress }) {
  const { name, page = name, connections = 3, without = [] } = shape
  const variants = modes
    .filter((mode) => !without.includes(mode.name))
    .map((mode) => ({ ...mode, mode: mode.name, site, url: `${site}/${mode.name}/${page}` }))
  progress.begin(name, variants.length * (rounds + (shape.browser === false ? 0 : loads)))

  const prepared = await preparePage(variants)
  const server = await measureInterleaved(prepared, rounds, async (variant) => {
    const measured = await measureServer(variant, { seconds, connections })
    progress.advance()
    return measured
  })
  const browserVariants = prepared.filter((variant) => shape.browser !== false && variant.browser)
  let text
  const client = await measureInterleaved(browserVariants, loads, async (variant) => {
    const { text: visibleText, ...measured } = await measureBrowser(browser, variant)
    text ??= visibleText
    if (visibleText !== text)
      throw new Error(`${variant.url} and ${browserVariants[0].url} show different content in a browser.`)
    progress.advance()
    return measured
  })

  return Object.fromEntries(
    prepared.map(({ name: mode, bytes, gzip, islands }, index) => [
      mode,
      {
        bytes,
        gzip,
        islands,
        server: server[index],
        browser: client[browserVariants.indexOf(prepared[index])],
      },
    ]),
  )
}
