import type { RenderHtml } from '../../react/compaction/renderInnerHtml.ts'

/**
 * React's renderer of HTML. Next refuses a static import of it in server components, and resolves this one in
 * both bundlers and in `standalone` output.
 */
export async function loadHtmlRenderer(): Promise<RenderHtml> {
  const { renderToString } = await import('react-dom/server')
  return renderToString
}

/** The same without the comments that hydration needs. */
export async function loadMarkupRenderer(): Promise<RenderHtml> {
  const { renderToStaticMarkup } = await import('react-dom/server')
  return renderToStaticMarkup
}
