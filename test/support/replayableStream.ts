/** The bytes of one render, read once and handed to any number of readers, early or late. */
export interface ReplayableStream {
  /** Creates a stream of all bytes from the first on, past and future. */
  stream(): ReadableStream<Uint8Array>
  /** All bytes, when the render is complete. Rejects with the render's error. */
  readonly bytes: Promise<Uint8Array>
}

/**
 * Reads `source` to its end, with or without readers: a visitor who disconnects must not truncate the output for others.
 * (`ReadableStream.tee` would pass on a reader's cancellation and back-pressure.)
 */
export function createReplayableStream(source: ReadableStream<Uint8Array>): ReplayableStream {
  const chunks: Uint8Array[] = []
  const waiting = new Set<() => void>()
  let isEnded = false

  const bytes = (async () => {
    try {
      const reader = source.getReader()
      while (true) {
        const { done, value } = await reader.read()
        if (value) {
          chunks.push(value)
          wake()
        }
        if (done) return concatBytes(chunks)
      }
    } finally {
      isEnded = true
      wake()
    }
  })()
  // Readers of the stream receive the failure. `bytes` may have no reader.
  bytes.catch(() => {})

  function wake() {
    const resumed = [...waiting]
    waiting.clear()
    for (const resume of resumed) resume()
  }

  return {
    bytes,
    stream() {
      let next = 0
      let resume: (() => void) | undefined
      return new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            while (next === chunks.length && !isEnded) {
              await new Promise<void>((resolve) => {
                resume = resolve
                waiting.add(resolve)
              })
            }
            const chunk = chunks[next++]
            if (chunk) return controller.enqueue(chunk)
            // Rejects this reader with the error of the source.
            await bytes
            controller.close()
          },
          cancel() {
            if (resume) waiting.delete(resume)
          },
        },
        { highWaterMark: 0 },
      )
    },
  }
}

function concatBytes(chunks: readonly Uint8Array[]): Uint8Array {
  const [only] = chunks
  if (chunks.length === 1 && only) return only
  const all = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.byteLength, 0))
  let offset = 0
  for (const chunk of chunks) {
    all.set(chunk, offset)
    offset += chunk.byteLength
  }
  return all
}
