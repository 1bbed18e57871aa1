import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createProgress } from '../../lib/cli/progress.ts'

function createOutput(isTTY: boolean) {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY, columns: 80 })
  return { stream, read: () => String(stream.read() ?? '') }
}

describe('progress', () => {
  it('progress shows a bar on a terminal', () => {
    const { stream, read } = createOutput(true)
    const progress = createProgress(stream, 0)
    progress.begin('fragments', 200)
    progress.advance(50)
    expect(read()).toMatch(/fragments .{30} 25%/)
    progress.advance(50)
    progress.end()
    const eraseLine = '\u001b[2K'
    expect(read().endsWith(eraseLine)).toBe(true)
  })

  it('progress shows nothing on an output that is not a terminal', () => {
    const { stream, read } = createOutput(false)
    const progress = createProgress(stream, 0)
    progress.begin('fragments', 200)
    progress.advance(100)
    progress.end()
    expect(read()).toBe('')
  })

  it('progress shows nothing for a quick task', () => {
    const { stream, read } = createOutput(true)
    const progress = createProgress(stream, 60_000)
    progress.begin('fragments', 200)
    progress.advance(200)
    progress.end()
    expect(read()).toBe('')
  })

  it('progress adds no signal handler, and does not change the terminal', () => {
    const listeners = process.listenerCount('SIGINT')
    const { stream, read } = createOutput(true)
    const progress = createProgress(stream, 0)
    progress.begin('fragments', 200)
    progress.advance(50)
    expect(process.listenerCount('SIGINT')).toBe(listeners)
    const output = read()
    for (const hiddenCursorOrNoWrapping of ['\u001b[?25l', '\u001b[?7l'])
      expect(output).not.toContain(hiddenCursorOrNoWrapping)
    progress.end()
  })
})
