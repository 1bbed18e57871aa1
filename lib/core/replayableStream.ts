import { createDeferred } from './deferred.ts'

/** The bytes of one render, read once and handed to any number of readers, early or late. */
export interface ReplayableStream {
  /** A stream from the first byte on, as far as it has come and then as it comes. */
  stream(): ReadableStream<Uint8Array>
  /** Everything, when it is complete. Rejects as the render did. */
  readonly bytes: Promise<Uint8Array>
  /** Resolves with the first byte, or when there will be none. */
  readonly firstByte: Promise<void>
}

/**
 * Changes bytes on their way, wherever chunks end. Called with each chunk, and with none at the end.
 *
 * @returns what can be passed on; nothing where all has to wait for what follows
 */
export type ChunkEditor = (chunk: Uint8Array | undefined) => Uint8Array | undefined

/**
 * Reads `source` to its end whether or not anybody listens: a visitor who hangs up must not truncate what
 * others get. (`ReadableStream.tee` would pass a reader's cancellation and back-pressure on.)
 *
 * @param edit in place of a stream of its own, which would cost more than most fragments take to write
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
      for (const reader = source.getReader(); ; ) {
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
            // Rejects this reader as the source was rejected.
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

/** A stream over bytes that are all there. */
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
