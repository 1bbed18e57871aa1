/** Reads a stream to its end. */
export async function readByteStream(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  const reader = stream.getReader()
  for (let next = await reader.read(); !next.done; next = await reader.read()) chunks.push(next.value)
  const [only] = chunks
  return chunks.length === 1 && only ? only : Buffer.concat(chunks)
}
