import { interleaved } from './interleaved.mjs'
import { measureBrowser } from './measureBrowser.mjs'
import { measureServer } from './measureServer.mjs'
import { modes } from './modes.mjs'
import { preparePage } from './preparePage.mjs'

/** One shape in all modes: by mode, what was sent, and the rounds of the server and of the browser. */
export async function measureShape(shape, { site, browser, rounds, loads, seconds, progress }) {
  const { name, page = name, connections = 3, without = [] } = shape
  const variants = modes
    .filter((mode) => !without.includes(mode.name))
    .map((mode) => ({ ...mode, mode: mode.name, site, url: `${site}/${mode.name}/${page}` }))
  progress.begin(name, variants.length * (rounds + (shape.browser === false ? 0 : loads)))

  const prepared = await preparePage(variants)
  const server = await interleaved(prepared, rounds, async (variant) => {
    const measured = await measureServer(variant, { seconds, connections })
    progress.advance()
    return measured
  })
  const seen = prepared.filter((variant) => shape.browser !== false && variant.browser)
  let text
  const client = await interleaved(seen, loads, async (variant) => {
    const { text: shown, ...measured } = await measureBrowser(browser, variant)
    text ??= shown
    if (shown !== text)
      throw new Error(`${variant.url} shows other content in a browser than ${seen[0].url}.`)
    progress.advance()
    return measured
  })

  return Object.fromEntries(
    prepared.map(({ name: mode, bytes, gzip, islands }, index) => [
      mode,
      { bytes, gzip, islands, server: server[index], browser: client[seen.indexOf(prepared[index])] },
    ]),
  )
}
