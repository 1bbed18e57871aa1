import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import pg from 'pg'

export interface Postgres {
  /** How clients find it as this user, who needs no password. */
  url(user: string): string
  /** `psql`, with these variables, as this user. Rejects with what it says when a statement fails. */
  psql(sql: string, options?: { user?: string; variables?: Record<string, string> }): Promise<string>
  /** The only column of what is found. */
  column<T = string>(sql: string): Promise<T[]>
  /** Ends as in a crash, and does not come back by itself. */
  crash(): Promise<void>
  start(): Promise<void>
  /** Ends it for good. */
  stop(): Promise<void>
}

/** A cluster of its own in an empty folder, reached by a socket there. */
export async function startPostgres(): Promise<Postgres> {
  const bin = programs()
  const owner = ownerOfCluster()
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'))
  if (owner) chownSync(folder, owner.uid, owner.gid)
  chmodSync(folder, 0o755)
  const data = join(folder, 'data')
  await done(
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
    // Its processes end at once, as if killed, but all of them.
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
      return done(child)
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
const onPath = () => (process.env.PATH ?? '').split(delimiter)

/** Debian has them off PATH, a folder for each version. */
function programs(): string {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [...versions.map((version) => join(DEBIAN, version, 'bin')), ...onPath()]
  const binFolder = folders.find((folder) => existsSync(join(folder, 'initdb')))
  if (binFolder === undefined)
    throw new Error(
      'There is no PostgreSQL here. To install it: apt-get update && apt-get install postgresql',
    )
  return binFolder
}

/** PostgreSQL refuses to run as root. */
function ownerOfCluster(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (option: string) => Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** @returns what it wrote */
async function done(child: ChildProcess): Promise<string> {
  const [output, errors, [code]] = await Promise.all([
    child.stdout ? text(child.stdout) : '',
    child.stderr ? text(child.stderr) : '',
    once(child, 'close'),
  ])
  if (code !== 0) throw new Error(`${child.spawnfile} ended with ${code}:\n${errors}`)
  return output.trimEnd()
}
