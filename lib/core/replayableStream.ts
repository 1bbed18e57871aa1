import { createDeferred } from './deferred.ts'

/** The bytes of one render, read once and handed to any number of readers, early or late. */
export interface ReplayableStream {
  /** Creates a stream of all bytes from the first on, past and future. */
  stream(): ReadableStream<Uint8Array>
  /** All bytes, when the render is complete. Rejects with the render's error. */
  readonly bytes: Promise<Uint8Array>
  /** Resolves at the first byte, or when the render ends without one. */
  readonly firstByte: Promise<void>
}

/**
 * Changes bytes on their way, wherever chunks end. Called with each chunk, and with `undefined` at the end.
 *
 * @returns the bytes to pass on; nothing while all must wait for the next chunk
 */
export type ChunkEditor = (chunk: Uint8Array | undefined) => Uint8Array | undefined

/**
 * Reads `source` to its end, with or without readers: a visitor who disconnects must not truncate the output for others.
 * (`ReadableStream.tee` would pass on a reader's cancellation and back-pressure.)
 *
 * @param edit changes the bytes for all readers. A transform stream would cost more than the render of most fragments.
 */
export function createReplayableStream(
  source: ReadableStream<Uint8Array>,
  edit?: ChunkEditor,
): ReplayableStream {
  const chunks: Uint8Array[] = []
  const waiting = new Set<() => void>()
  const firstByte = createDeferred<void>()
  let isEnded = false

  const bytes = (async () => {
    try {
      const reader = source.getReader()
      while (true) {
        const { done, value } = await reader.read()
        const chunk = edit ? edit(value) : value
        if (chunk) {
          chunks.push(chunk)
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
    firstByte.resolve()
    const resumed = [...waiting]
    waiting.clear()
    for (const resume of resumed) resume()
  }

  return {
    bytes,
    firstByte: firstByte.promise,
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

/** Creates a stream of the given bytes. */
export function toByteStream(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes)
      controller.close()
    },
  })
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
