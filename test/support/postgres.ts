import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import pg from 'pg'

export interface Postgres {
  /** The URL for a client with this user, who needs no password. */
  url(user: string): string
  /** Runs `psql` with these variables as this user. Rejects with its output when a statement fails. */
  psql(sql: string, options?: { user?: string; variables?: Record<string, string> }): Promise<string>
  /** Returns the values of the only column of the result. */
  column<T = string>(sql: string): Promise<T[]>
  /** Ends the server as in a crash, until `start`. */
  crash(): Promise<void>
  start(): Promise<void>
  /** Ends the server and removes its data. */
  stop(): Promise<void>
}

/** Starts a new cluster in an empty folder, with a socket there. */
export async function startPostgres(): Promise<Postgres> {
  const bin = findPrograms()
  const owner = getClusterOwner()
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'))
  if (owner) chownSync(folder, owner.uid, owner.gid)
  chmodSync(folder, 0o755)
  const data = join(folder, 'data')
  await waitForEnd(
    spawn(
      join(bin, 'initdb'),
      ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'],
      { ...owner, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
    ),
  )
  let server: ChildProcess | undefined

  async function start() {
    const settings = ['fsync=off', 'listen_addresses=', 'max_connections=20', 'logging_collector=off']
    const child = spawn(
      join(bin, 'postgres'),
      ['-D', data, '-k', folder, ...settings.flatMap((setting) => ['-c', setting])],
      { ...owner, cwd: folder, env: { ...process.env, LC_ALL: 'C' }, stdio: ['ignore', 'ignore', 'pipe'] },
    )
    server = child
    let log = ''
    await new Promise<void>((ready, failed) => {
      child.stderr?.on('data', (chunk) => {
        log = (log + chunk).slice(-10_000)
        if (log.includes('ready to accept connections')) ready()
      })
      child.on('error', failed)
      child.on('exit', (code) => failed(new Error(`postgres ended with ${code}:\n${log}`)))
    })
  }

  async function crash() {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return
    // Unlike SIGKILL, it ends all processes of the server at once.
    server.kill('SIGQUIT')
    await once(server, 'exit')
  }

  const url = (user: string) => `postgres://${user}@/postgres?host=${folder}`

  await start()
  return {
    url,
    async psql(sql, { user = 'postgres', variables = {} } = {}) {
      const set = Object.entries(variables).map(([name, value]) => `--set=${name}=${value}`)
      const child = spawn(join(bin, 'psql'), ['-d', url(user), '-X', '-q', '-A', '-t', ...set, '-f', '-'], {
        env: { ...process.env, PGOPTIONS: '', PGCLIENTENCODING: 'UTF8' },
        stdio: ['pipe', 'pipe', 'pipe'],
      })
      child.stdin.end(`\\set ON_ERROR_STOP on\n${sql}\n`)
      return waitForEnd(child)
    },
    async column<T>(sql: string) {
      const client = new pg.Client({ connectionString: url('postgres') })
      await client.connect()
      try {
        const { rows } = await client.query<[T]>({ text: sql, rowMode: 'array' })
        return rows.map(([value]) => value)
      } finally {
        await client.end()
      }
    },
    crash,
    start,
    async stop() {
      await crash()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const DEBIAN = '/usr/lib/postgresql'
const listPath = () => (process.env.PATH ?? '').split(delimiter)

/** Debian installs them outside PATH, in a folder for each version. */
function findPrograms(): string {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [...versions.map((version) => join(DEBIAN, version, 'bin')), ...listPath()]
  const binFolder = folders.find((folder) => existsSync(join(folder, 'initdb')))
  if (binFolder === undefined)
    throw new Error(
      'PostgreSQL is not installed. To install it: apt-get update && apt-get install postgresql',
    )
  return binFolder
}

/** PostgreSQL refuses to run as root. */
function getClusterOwner(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (option: string) => Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** Waits for a process to end. @returns its output */
async function waitForEnd(child: ChildProcess): Promise<string> {
  const [output, errors, [code]] = await Promise.all([
    child.stdout ? text(child.stdout) : '',
    child.stderr ? text(child.stderr) : '',
    once(child, 'close'),
  ])
  if (code !== 0) throw new Error(`${child.spawnfile} ended with ${code}:\n${errors}`)
  return output.trimEnd()
}
