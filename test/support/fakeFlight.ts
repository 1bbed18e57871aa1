/** Yields the pieces of a fragment's output, in place of React children. */
export type Children = () => AsyncIterable<string> | Iterable<string>

/** Starts to render at once, and streams each piece. */
export function encode(children: Children): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async start(controller) {
      try {
        for await (const piece of children()) controller.enqueue(encoder.encode(piece))
        controller.close()
      } catch (error) {
        controller.error(error)
      }
    },
  })
}

/** Reads the whole output. Rejects for bytes that are no text, as Flight does for bytes that it cannot read. */
export async function decode(body: ReadableStream<Uint8Array> | Uint8Array): Promise<string> {
  const bytes = await new Response(body as BodyInit).arrayBuffer()
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
}
