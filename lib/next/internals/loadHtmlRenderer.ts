import type { Awaitable } from '../../core/awaitable.ts'
import type { RenderHtml } from '../../react/compaction/renderHtml.ts'

/**
 * Loads React's HTML renderer. Next refuses a static import in server components. It resolves a dynamic one in both
 * bundlers and in `standalone` output.
 */
export function loadHtmlRenderer(): Awaitable<RenderHtml> {
  return loaded ?? import('react-dom/server').then(({ renderToString }) => (loaded = renderToString))
}

let loaded: RenderHtml | undefined

/** Loads the HTML renderer that leaves out the comments for hydration. */
export async function loadMarkupRenderer(): Promise<RenderHtml> {
  const { renderToStaticMarkup } = await import('react-dom/server')
  return renderToStaticMarkup
}
