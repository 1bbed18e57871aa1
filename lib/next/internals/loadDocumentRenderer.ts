/** The renderer of HTML that Next uses for documents. */
export interface DocumentRenderer {
  /** Resolved when the page is rendered, apart from boundaries that wait. */
  renderToReadableStream(
    node: unknown,
    options: { readonly signal: AbortSignal; onError(error: unknown): void },
  ): Promise<ReadableStream<Uint8Array>>
}

/**
 * Loads the renderer that shares React with the client components of a document. In a browser, `#loadDocumentRenderer` in package.json is
 * `loadDocumentRenderer.browser.ts` instead.
 */
export async function loadDocumentRenderer(): Promise<DocumentRenderer> {
  const module = (await import(
    // @ts-expect-error: Next has no types for its own copies of React.
    'next/dist/server/route-modules/app-page/vendored/ssr/react-dom-server.js'
  )) as DocumentRenderer & { readonly default?: DocumentRenderer }
  return module.default ?? module
}
