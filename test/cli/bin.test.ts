import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { type RedisServer, startRedis } from '../support/redisServer.ts'
import { FILM_FULL, plantFragments } from './plantFragments.ts'

const PASSWORD = 'geheim/§'
const folder = mkdtempSync(join(tmpdir(), 'cli-'))
const bin = join(folder, packageJson.bin['react-cache-content'])

let server: RedisServer
let url: string
let redis: Redis

// Builds the published package, without another type check.
beforeAll(async () => {
  copyFileSync('package.json', join(folder, 'package.json'))
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
  const tsc = [
    'node_modules/typescript/bin/tsc',
    '-p',
    'tsconfig.build.json',
    '--noCheck',
    '--declaration',
    'false',
  ]
  const [code] = await once(spawn(process.execPath, [...tsc, '--outDir', join(folder, 'dist')]), 'exit')
  expect(code).toBe(0)
  server = await startRedis()
  await server.client.config('SET', 'requirepass', PASSWORD)
  url = `redis://:${encodeURIComponent(PASSWORD)}@127.0.0.1:${server.port}`
  redis = new Redis(url)
}, 60_000)
afterAll(async () => {
  redis.disconnect()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

interface RunOptions {
  readonly env?: Record<string, string>
  readonly input?: string
}

async function run(args: string[], { env = {}, input = '' }: RunOptions = {}) {
  const child = spawn(process.execPath, [bin, ...args], { env: { NODE_ENV: 'test', ...env } })
  child.stdin.end(input)
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  const [code] = await once(child, 'close')
  for (const secret of [PASSWORD, encodeURIComponent(PASSWORD)]) expect(out + err).not.toContain(secret)
  expect(out + err).not.toContain('\u001b')
  expect(err).not.toMatch(/^\s+at /m)
  return { code, out, err }
}

describe('react-cache-content', { timeout: 30_000 }, () => {
  it('the published program begins with a shebang line', () => {
    expect(readFileSync(bin, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
  })

  it('the program prints its version and its help', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, out: `${packageJson.version}\n`, err: '' })
    const help = await run(['doctor', '--help'], { env: { CONTENT_CACHE_REDIS_URL: url } })
    expect(help.code).toBe(0)
    expect(help.out).toContain('--secret-env')
    const nothing = await run([])
    expect(nothing).toMatchObject({ code: 2, out: '' })
    expect(nothing.err).toContain('doctor')
  })

  it('the program exits with 1 if doctor finds problems, and with 0 after a repair', async () => {
    await plantFragments(redis)
    const env = { CONTENT_CACHE_REDIS_URL: url }
    const healthy = await run(['doctor'], { env })
    expect(healthy).toMatchObject({ code: 0, err: '' })
    expect(healthy.out).toContain(`redis://:***@127.0.0.1:${server.port}`)
    await redis.srem('obj:film:1', FILM_FULL)
    expect(await run(['doctor'], { env })).toMatchObject({ code: 1, err: '' })
    expect(await run(['doctor', '--fix'], { env })).toMatchObject({ code: 0, err: '' })
    expect(await run(['doctor'], { env })).toMatchObject({ code: 0 })
  })

  it('the program prints exactly one JSON document with --json, also for an error', async () => {
    const env = { CONTENT_CACHE_REDIS_URL: url }
    for (const args of [['stats'], ['flush']]) {
      const { out, err } = await run([...args, '--json'], { env })
      expect(err).toBe('')
      expect(out.endsWith('}\n')).toBe(true)
      expect(() => JSON.parse(out)).not.toThrow()
    }
  })

  it('the program reads the keys of objects from a pipe', async () => {
    await plantFragments(redis)
    const { out } = await run(['expire', '-', '--redis', url], { input: 'film:2\n' })
    expect(out).toBe('expired 1 object: 1 cache removed\n')
  })

  it('the program prints no error when the reader closes the pipe', async () => {
    const child = spawn(process.execPath, [bin, 'stats', '--redis', url])
    child.stdout.destroy()
    let err = ''
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    await once(child, 'close')
    expect(err).toBe('')
  })
})
