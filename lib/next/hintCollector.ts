import { getHints, type HintCall } from './internals/flightHints.ts'

/**
 * Calls `onHints` with the hints of a payload's first chunk. Flight writes the hints of a turn before its other rows.
 */
export function watchFirstHints(onHints: (hints: readonly HintCall[]) => void) {
  let isFirst = true
  return (chunk: Uint8Array | undefined): void => {
    if (!isFirst || chunk === undefined) return
    isFirst = false
    const hints = getHints(chunk)
    if (hints) onHints(hints.calls)
  }
}

/**
 * Passes a payload through, and collects its hints.
 *
 * @returns the stream, and a function that returns the hints so far and ends the collection
 */
export function createHintCollector(payload: ReadableStream<Uint8Array>) {
  let chunks: Uint8Array[] | undefined = []
  return {
    stream: tapStream(payload, (chunk) => void chunks?.push(chunk)),
    takeHints(): readonly HintCall[] | undefined {
      const collected = Buffer.concat(chunks ?? [])
      chunks = undefined
      return getHints(collected)?.calls
    },
  }
}

function tapStream(
  stream: ReadableStream<Uint8Array>,
  onChunk: (chunk: Uint8Array) => void,
): ReadableStream<Uint8Array> {
  const reader = stream.getReader()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read()
        if (done) return controller.close()
        onChunk(value)
        controller.enqueue(value)
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}
