import { describe, expect, it, vi } from 'vitest'
import { createReplayableStream, toByteStream } from '../../lib/core/replayableStream.ts'
import { flushEventLoop } from '../support/flushEventLoop.ts'

const chunk = (text: string) => new TextEncoder().encode(text)
const readStreamText = (stream: ReadableStream<Uint8Array> | Uint8Array) =>
  new Response(stream as BodyInit).text()

/** Creates a stream that the test writes. */
function createSource() {
  let controller!: ReadableStreamDefaultController<Uint8Array>
  const stream = new ReadableStream<Uint8Array>({
    start(own) {
      controller = own
    },
  })
  return {
    stream,
    write: (text: string) => controller.enqueue(chunk(text)),
    end: () => controller.close(),
    fail: (error: Error) => controller.error(error),
  }
}

async function readText(reader: ReadableStreamDefaultReader<Uint8Array>) {
  const { done, value } = await reader.read()
  return done ? 'end' : new TextDecoder().decode(value)
}

describe('a reader', () => {
  it('an early reader gets each chunk when it arrives', async () => {
    const { stream, write, end } = createSource()
    const reader = createReplayableStream(stream).stream().getReader()
    const first = readText(reader)
    write('a')
    expect(await first).toBe('a')
    write('b')
    expect(await readText(reader)).toBe('b')
    end()
    expect(await readText(reader)).toBe('end')
  })

  it('a late reader gets all chunks from the first on, and then the rest', async () => {
    const { stream, write, end } = createSource()
    const replayed = createReplayableStream(stream)
    write('a')
    write('b')
    await flushEventLoop()
    const reader = replayed.stream().getReader()
    expect([await readText(reader), await readText(reader)]).toEqual(['a', 'b'])
    const next = readText(reader)
    write('c')
    expect(await next).toBe('c')
    end()
    expect(await readText(reader)).toBe('end')
  })

  it('a reader after the end gets everything', async () => {
    const { stream, write, end } = createSource()
    const replayed = createReplayableStream(stream)
    write('a')
    write('b')
    end()
    expect(new TextDecoder().decode(await replayed.bytes)).toBe('ab')
    expect(await readStreamText(replayed.stream())).toBe('ab')
    expect(await readStreamText(replayed.stream())).toBe('ab')
  })

  it('a reader that cancels does not affect the others or the source', async () => {
    const { stream, write, end } = createSource()
    const replayed = createReplayableStream(stream)
    const [first, second, third] = [replayed.stream(), replayed.stream(), replayed.stream()]
    const waiting = first.getReader()
    const pending = waiting.read()
    await waiting.cancel('disconnected')
    expect(await pending).toMatchObject({ done: true })
    write('a')
    const reading = second.getReader()
    expect(await readText(reading)).toBe('a')
    await reading.cancel('disconnected')
    write('b')
    end()
    expect(await readStreamText(third)).toBe('ab')
    expect(new TextDecoder().decode(await replayed.bytes)).toBe('ab')
    expect(await readStreamText(replayed.stream())).toBe('ab')
  })

  it('a slow reader does not delay the source', async () => {
    const pulled = vi.fn()
    const chunks = ['a', 'b', 'c', 'd']
    const stream = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulled()
          const next = chunks.shift()
          if (next) controller.enqueue(chunk(next))
          else controller.close()
        },
      },
      { highWaterMark: 0 },
    )
    const replayed = createReplayableStream(stream)
    const unread = replayed.stream()
    await replayed.bytes
    expect(pulled).toHaveBeenCalledTimes(5)
    expect(await readStreamText(unread)).toBe('abcd')
  })

  it('a source without readers is read to its end', async () => {
    const { stream, write, end } = createSource()
    const { bytes } = createReplayableStream(stream)
    write('a')
    end()
    expect(new TextDecoder().decode(await bytes)).toBe('a')
  })
})

describe('a source that fails', () => {
  it('a failing source fails every reader after the chunks before the failure', async () => {
    const { stream, write, fail } = createSource()
    const replayed = createReplayableStream(stream)
    const early = replayed.stream().getReader()
    write('a')
    expect(await readText(early)).toBe('a')
    const next = early.read()
    fail(new Error('render failed'))
    await expect(next).rejects.toThrow('render failed')
    await expect(replayed.bytes).rejects.toThrow('render failed')
    const late = replayed.stream().getReader()
    expect(await readText(late)).toBe('a')
    await expect(late.read()).rejects.toThrow('render failed')
  })

  it('a failing source without readers causes no unhandled rejection', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    try {
      const { stream, fail } = createSource()
      createReplayableStream(stream)
      fail(new Error('render failed'))
      await flushEventLoop()
      expect(unhandled).not.toHaveBeenCalled()
    } finally {
      process.off('unhandledRejection', unhandled)
    }
  })
})

it('complete bytes can be read as a stream too', async () => {
  expect(await readStreamText(toByteStream(chunk('abc')))).toBe('abc')
})

describe('an edit', () => {
  it('an edit changes each chunk for all readers', async () => {
    const { stream, write, end } = createSource()
    const edited = createReplayableStream(
      stream,
      (bytes) => bytes && chunk(new TextDecoder().decode(bytes).toUpperCase()),
    )
    const reader = edited.stream().getReader()
    write('one')
    expect(await readText(reader)).toBe('ONE')
    write('two')
    end()
    expect(await readStreamText(edited.stream())).toBe('ONETWO')
    expect(await readStreamText(await edited.bytes)).toBe('ONETWO')
  })

  it('an edit may keep chunks back until the end', async () => {
    const { stream, write, end } = createSource()
    let retained = ''
    const edited = createReplayableStream(stream, (bytes) => {
      if (bytes === undefined) return chunk(retained)
      retained += new TextDecoder().decode(bytes)
      return undefined
    })
    for (const text of ['one', 'two']) write(text)
    end()
    const reader = edited.stream().getReader()
    expect(await readText(reader)).toBe('onetwo')
    expect(await readText(reader)).toBe('end')
  })
})
