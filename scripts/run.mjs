// Imports only builtins of Node, because `npm start` and `npm test` run before any package is installed.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../', import.meta.url))

/** A command exited with an error code. The command has already printed the reason. */
export class CommandFailed extends Error {
  constructor(command, exitCode) {
    super(`${command} exited with code ${exitCode}`)
    this.exitCode = exitCode
  }
}

/** Runs a command in the project's root. Its output goes to this process' output. @throws {CommandFailed} */
export function run(command, ...args) {
  return runWithOutput('inherit', command, ...args)
}

/** The same, but the output goes to `output`: 'inherit' or a file descriptor. @throws {CommandFailed} */
export function runWithOutput(output, command, ...args) {
  const child = spawn(command, args, { cwd: root, stdio: ['inherit', output, output] })
  const forward = (signal) => child.kill(signal)
  process.on('SIGINT', forward).on('SIGTERM', forward)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      process.off('SIGINT', forward).off('SIGTERM', forward)
      const exitCode = code ?? 128 + constants.signals[signal]
      if (exitCode === 0) resolve()
      else reject(new CommandFailed([command, ...args].join(' '), exitCode))
    })
  })
}

export const runNode = (script, ...args) => run(process.execPath, script, ...args)

export const runNext = (...args) => runNode('node_modules/next/dist/bin/next', ...args)

/** Prints the error and sets the exit code. */
export function failOnError(error) {
  if (!(error instanceof CommandFailed)) console.error(red(`\n${error.message}`))
  process.exitCode = error.exitCode ?? 1
}

export const printHeading = (text) => console.log(cyan(`\n› ${text}`))

const coloured = process.stdout.isTTY && !process.env.NO_COLOR
const colour = (code) => (text) => (coloured ? `\x1b[${code}m${text}\x1b[39m` : text)
const cyan = colour(36)
const red = colour(31)
