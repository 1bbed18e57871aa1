/** See `loadDocumentRenderer.ts`. */
export function loadDocumentRenderer(): Promise<never> {
  return Promise.reject(new Error('A browser renders no HTML.'))
}
