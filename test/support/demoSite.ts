import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { findFreePort } from './findFreePort.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The origin of the demo. */
    origin: string
    /** The file with the output of its server. */
    serverLog: string
  }
}

/** A separate build, because Next stores the pages that it renders on demand in the folder of the build. */
const BUILD_FOLDER = 'test/e2e/.next'

/** Builds the library and the demo once for all browser tests, and serves the demo with a new database. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'demo-'))
  let server: ChildProcess | undefined
  try {
    const serverLog = join(folder, 'server.log')
    const env = createEnvironment(join(folder, 'films.db'))
    await runToEnd(env, 'scripts/build.mjs')
    await runToEnd(env, 'scripts/import-films.mjs')
    await preserveTypings(() => runToEnd(env, 'node_modules/next/dist/bin/next', 'build'))

    const port = await findFreePort()
    server = spawnNode(env, 'node_modules/next/dist/bin/next', 'start', '--port', `${port}`)
    await waitUntilReady(server, (text) => appendFileSync(serverLog, text))
    project.provide('origin', `http://localhost:${port}`)
    project.provide('serverLog', serverLog)
  } catch (error) {
    await tearDown()
    throw error
  }
  return tearDown

  async function tearDown(): Promise<void> {
    if (server && server.exitCode === null && server.signalCode === null) {
      const closed = once(server, 'close')
      server.kill()
      await closed
    }
    rmSync(folder, { recursive: true, force: true })
  }
}

async function runToEnd(env: NodeJS.ProcessEnv, ...args: string[]): Promise<void> {
  const child = spawnNode(env, ...args)
  let output = ''
  const add = (chunk: Buffer) => {
    output += chunk
  }
  child.stdout?.on('data', add)
  child.stderr?.on('data', add)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}:\n${output}`)
}

function spawnNode(env: NodeJS.ProcessEnv, ...args: string[]): ChildProcess {
  return spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
}

function createEnvironment(database: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    // Vitest sets NODE_ENV to `test`, for which Next makes neither a production nor a development build.
    NODE_ENV: 'production',
    FILMS_DB: database,
    NEXT_DIST_DIR: BUILD_FOLDER,
    NEXT_TELEMETRY_DISABLED: '1',
  }
}

/** Restores the typings of the project, which a build changes to refer to its own folder. */
async function preserveTypings(build: () => Promise<void>): Promise<void> {
  const file = 'next-env.d.ts'
  const typings = existsSync(file) ? readFileSync(file) : undefined
  try {
    await build()
  } finally {
    if (typings) writeFileSync(file, typings)
    else rmSync(file, { force: true })
  }
}

function waitUntilReady(server: ChildProcess, log: (text: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = ''
    const add = (chunk: Buffer) => {
      output += chunk
      log(chunk.toString())
      if (output.includes('Ready in')) resolve()
    }
    server.stdout?.on('data', add)
    server.stderr?.on('data', add)
    server.once('close', (code) => reject(new Error(`The demo ended with ${code}:\n${output}`)))
  })
}
