import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Characters of a program's output that are kept, to be shown should it end by itself. */
const MAX_OUTPUT_CHARS = 4_000
/** Milliseconds that it has to end by itself. */
const STOP_TIMEOUT_MS = 5_000

/**
 * A program that the run starts, and that does not outlive it.
 *
 * It is no member of the terminal's foreground group: a Ctrl-C reaches the run alone, which then ends its programs
 * one after the other, those first that need the others.
 *
 * @param name as it is called in messages
 */
export function startChildProcess(name, command, args, options = {}) {
  const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let onOutput = () => {}
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-MAX_OUTPUT_CHARS)
      onOutput()
    })
  }
  let isWanted = true
  const ended = new Promise((resolve) => {
    child.once('error', resolve)
    child.once('close', (code, signal) => resolve(new Error(`it ended with ${signal ?? code}`)))
  })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  ended.then(() => process.off('exit', kill))

  return {
    /** Rejects when it ends before it is told to. */
    failed: ended.then(({ message }) => {
      if (!isWanted) return new Promise(() => {})
      throw new Error(`${name} is gone: ${message}.\n${output}`.trimEnd())
    }),
    /** Resolves when it has printed the text. */
    waitForOutput(text) {
      return new Promise((resolve) => {
        onOutput = () => output.includes(text) && resolve()
        onOutput()
      })
    },
    async stop() {
      isWanted = false
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
      const closed = once(child, 'close')
      child.kill('SIGTERM')
      const late = setTimeout(kill, STOP_TIMEOUT_MS)
      await closed
      clearTimeout(late)
    },
  }
}
