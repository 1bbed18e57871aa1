import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RedisServer, startRedis } from '../support/redisServer.ts'
import { runCli, runJson } from './fakeTerminal.ts'

const PASSWORD = 'geheim/§'
const QUOTED = encodeURIComponent(PASSWORD)

let server: RedisServer
let url: string
beforeAll(async () => {
  server = await startRedis()
  await server.client.call('ACL', 'SETUSER', 'admin', 'on', `>${PASSWORD}`, '~*', '&*', '+@all')
  await server.client.call('ACL', 'SETUSER', 'limited', 'on', `>${PASSWORD}`, '~*', '+@all', '-scan')
  await server.client.config('SET', 'requirepass', PASSWORD)
  url = `redis://:${QUOTED}@127.0.0.1:${server.port}`
})
afterAll(() => server.stop())

const failures: [string, () => string[], string][] = [
  ['a missing URL', () => ['stats'], '[usage]'],
  ['an unknown command', () => ['dance'], '[usage]'],
  ['an unknown option', () => ['stats', `--rediss=${url}`], '[usage]'],
  ['an extra argument', () => ['stats', url], '[usage]'],
  ['a URL of another protocol', () => ['stats', '--redis', `http://:${QUOTED}@host`], '[usage]'],
  ['an invalid URL', () => ['stats', '--redis', PASSWORD], '[usage]'],
  ['an empty namespace', () => ['stats', '--redis', url, '--namespace', ''], '[usage]'],
  ['an empty prefix', () => ['stats', '--redis', url, '--object-prefix', ''], '[usage]'],
  [
    'a namespace that collides with a prefix',
    () => ['doctor', '--redis', url, '--namespace', 'obj'],
    '`namespace`',
  ],
  [
    'a secret variable that is not set',
    () => ['doctor', '--redis', url, '--secret-env', 'NOWHERE'],
    '[usage]',
  ],
  ['a limit that is not a number', () => ['inspect', 'x', '--redis', url, '--limit', 'many'], '[usage]'],
  [
    'a port without a server',
    () => ['doctor', '--redis', `redis://:${QUOTED}@127.0.0.1:1`],
    'connection was refused',
  ],
  ['an unknown host', () => ['doctor', '--redis', 'redis://nowhere.invalid'], 'CC_REDIS_UNREACHABLE'],
  [
    'a missing password',
    () => ['doctor', '--redis', `redis://127.0.0.1:${server.port}`],
    'requires a password',
  ],
  [
    'a wrong password',
    () => ['doctor', '--redis', `redis://:no@127.0.0.1:${server.port}`],
    'rejects the user name or password',
  ],
  ['an unknown database', () => ['doctor', '--redis', `${url}/99`], 'out of range'],
]

describe.each(failures)('a command with %s', (title, args, message) => {
  it(`a command with ${title} exits with 2 and prints a safe error`, async () => {
    const { code, out, err } = await runCli(args())
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^error: /)
    expect(err).toContain(message)
    expect(err).not.toMatch(/^\s+at /m)
    expect(err).not.toContain(PASSWORD)
    expect(err).not.toContain(QUOTED)
  })

  it(`a command with ${title} and --json prints the error as JSON`, async () => {
    const { code, data } = await runJson(args())
    expect(code).toBe(2)
    expect(data).toEqual({
      error: { code: expect.stringMatching(/^(usage|CC_[A-Z_]+)$/), message: expect.any(String) },
    })
  })
})

it.each([
  ['CONTENT_CACHE_SECRET', []],
  ['OTHER', ['--secret-env', 'OTHER']],
])('a short secret in the variable %s is refused, and not printed', async (variable, args) => {
  const env = { CONTENT_CACHE_REDIS_URL: url, [variable]: 'fifteen letters' }
  for (const command of ['doctor', 'stats']) {
    const { code, out, err } = await runCli([command, ...args], { env })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(`environment variable ${variable} must have at least 16 characters`)
    expect(err).toContain('CC_INVALID_ENVIRONMENT')
    expect(err).not.toContain('fifteen')
  }
})

it('the password is masked in every printed URL', async () => {
  const maskedUrl = `redis://admin:***@127.0.0.1:${server.port}/2`
  const env = { CONTENT_CACHE_REDIS_URL: `${url.replace('://', '://admin')}/2` }
  for (const command of ['doctor', 'stats']) {
    const { code, out, err } = await runCli([command], { env })
    expect(code).toBe(0)
    expect(out).toContain(maskedUrl)
    expect(out + err).not.toContain(QUOTED)
  }
  expect((await runJson(['flush', '--yes'], { env })).data).toMatchObject({ redis: maskedUrl })
})

it('a missing permission in Redis is reported', async () => {
  const { code, err } = await runCli(['stats', '--redis', url.replace('://', '://limited')])
  expect(code).toBe(2)
  expect(err).toMatch(/Redis refused a command: NOPERM.* \[redis\]/)
})

it('a server that does not answer is reported as unreachable', { timeout: 20_000 }, async () => {
  server.suspend()
  const { code, err } = await runCli(['doctor', '--redis', url])
  server.resume()
  expect(code).toBe(2)
  expect(err).toContain('CC_REDIS_UNREACHABLE')
})
