/**
 * Collects the young garbage of the server. A full collection would discard optimized code, because the code refers weakly
 * to objects of earlier requests. The next measurement would then be of cold code.
 */
export function DELETE(): Response {
  const { gc } = globalThis
  if (gc === undefined) throw new Error('The server must run with --expose-gc.')
  gc({ type: 'minor', execution: 'sync' })
  return new Response(null, { status: 204 })
}
