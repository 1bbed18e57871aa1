import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import getPort from 'get-port'

const root = resolve(import.meta.dirname, '..')
/** The command of Next. */
export const next = resolve(root, 'node_modules/next/dist/bin/next')

const createEnvironment = (variables) => ({
  ...process.env,
  NODE_ENV: 'production',
  NEXT_TELEMETRY_DISABLED: '1',
  ...variables,
})

/**
 * Runs a program of Node to its end.
 *
 * @throws with its output when it fails
 */
export async function runToEnd(args, { cwd = root, env } = {}) {
  const child = spawn(process.execPath, args, {
    cwd,
    env: createEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const addOutput = (chunk) => {
    output += chunk
  }
  child.stdout.on('data', addOutput)
  child.stderr.on('data', addOutput)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${args.join(' ')} exited with ${code}:\n${output}`)
}

/** Starts a process of a built site, on a free port. */
export async function startNext({ cwd = root, env, nodeFlags = [] }) {
  const port = await getPort({ host: '127.0.0.1' })
  const args = [...nodeFlags, next, 'start', '-p', String(port), '-H', '127.0.0.1']
  const child = spawn(process.execPath, args, {
    cwd,
    env: createEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const exited = once(child, 'exit').then(([code, signal]) => code ?? signal)
  // The process must not outlive this one, also after an unexpected exit.
  const kill = () => child.kill()
  process.once('exit', kill)
  exited.then(() => process.off('exit', kill))
  await new Promise((resolve, reject) => {
    const addOutput = (chunk) => {
      output = (output + chunk).slice(-10_000)
      if (output.includes('Ready in')) resolve()
    }
    child.stdout.on('data', addOutput)
    child.stderr.on('data', addOutput)
    exited.then((code) => reject(new Error(`The site exited with ${code}:\n${output}`)))
  })
  return {
    pid: child.pid,
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    async stop() {
      child.kill('SIGTERM')
      const killTimer = setTimeout(() => child.kill('SIGKILL'), 5000)
      await exited
      clearTimeout(killTimer)
    },
  }
}
