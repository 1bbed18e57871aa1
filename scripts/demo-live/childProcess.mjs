import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** The number of characters of a program's output in the error message when the program exits unexpectedly. */
const MAX_OUTPUT_CHARS = 4_000
/** The time between SIGTERM and SIGKILL. */
const STOP_TIMEOUT_MS = 5_000

/**
 * Starts a program that is killed when this process exits.
 *
 * The program is not in the terminal's foreground group. Ctrl-C reaches only this process, which then stops its
 * programs in the reverse order of their start.
 *
 * @param name the name of the program in error messages
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
  let isStopping = false
  const exited = new Promise((resolve) => {
    child.once('error', resolve)
    child.once('close', (code, signal) => resolve(new Error(`it exited with ${signal ?? code}`)))
  })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  exited.then(() => process.off('exit', kill))

  return {
    /** Rejects when the program exits before `stop` is called. */
    failed: exited.then(({ message }) => {
      if (isStopping) return new Promise(() => {})
      throw new Error(`${name} has failed: ${message}.\n${output}`.trimEnd())
    }),
    /** Resolves when the program has printed the text. */
    waitForOutput(text) {
      return new Promise((resolve) => {
        onOutput = () => output.includes(text) && resolve()
        onOutput()
      })
    },
    async stop() {
      isStopping = true
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
      const closed = once(child, 'close')
      child.kill('SIGTERM')
      const killTimer = setTimeout(kill, STOP_TIMEOUT_MS)
      await closed
      clearTimeout(killTimer)
    },
  }
}
