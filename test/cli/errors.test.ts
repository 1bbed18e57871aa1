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
  ['no URL', () => ['stats'], '[usage]'],
  ['an unknown command', () => ['dance'], '[usage]'],
  ['an unknown option', () => ['stats', `--rediss=${url}`], '[usage]'],
  ['a needless argument', () => ['stats', url], '[usage]'],
  ['what is no URL of Redis', () => ['stats', '--redis', `http://:${QUOTED}@host`], '[usage]'],
  ['what is no URL at all', () => ['stats', '--redis', PASSWORD], '[usage]'],
  ['an empty namespace', () => ['stats', '--redis', url, '--namespace', ''], '[usage]'],
  ['an empty prefix', () => ['stats', '--redis', url, '--object-prefix', ''], '[usage]'],
  [
    'a namespace in which names collide',
    () => ['doctor', '--redis', url, '--namespace', 'obj'],
    '`namespace`',
  ],
  ['a secret that is not set', () => ['doctor', '--redis', url, '--secret-env', 'NOWHERE'], '[usage]'],
  ['a limit that is no number', () => ['inspect', 'x', '--redis', url, '--limit', 'many'], '[usage]'],
  [
    'a server that is not there',
    () => ['doctor', '--redis', `redis://:${QUOTED}@127.0.0.1:1`],
    'connection was refused',
  ],
  [
    'a host that is not there',
    () => ['doctor', '--redis', 'redis://nowhere.invalid'],
    'CC_REDIS_UNREACHABLE',
  ],
  ['no password', () => ['doctor', '--redis', `redis://127.0.0.1:${server.port}`], 'requires a password'],
  [
    'another password',
    () => ['doctor', '--redis', `redis://:no@127.0.0.1:${server.port}`],
    'rejects the user name or password',
  ],
  ['a database that is not there', () => ['doctor', '--redis', `${url}/99`], 'out of range'],
]

describe.each(failures)('given %s', (_, args, message) => {
  it('the command ends with 2 and says why, without a stack or a password', async () => {
    const { code, out, err } = await runCli(args())
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^error: /)
    expect(err).toContain(message)
    expect(err).not.toMatch(/^\s+at /m)
    expect(err).not.toContain(PASSWORD)
    expect(err).not.toContain(QUOTED)
  })

  it('the command says so in JSON with --json', async () => {
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
])('a secret that the store would refuse is refused, and not shown: %s', async (variable, args) => {
  const env = { CONTENT_CACHE_REDIS_URL: url, [variable]: 'fifteen letters' }
  for (const command of ['doctor', 'stats']) {
    const { code, out, err } = await runCli([command, ...args], { env })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(`environment variable ${variable} must have at least 16 characters`)
    expect(err).toContain('CC_INVALID_ENVIRONMENT')
    expect(err).not.toContain('fifteen')
  }
})

it('the password is masked wherever the URL is shown', async () => {
  const shown = `redis://admin:***@127.0.0.1:${server.port}/2`
  const env = { CONTENT_CACHE_REDIS_URL: `${url.replace('://', '://admin')}/2` }
  for (const command of ['doctor', 'stats']) {
    const { code, out, err } = await runCli([command], { env })
    expect(code).toBe(0)
    expect(out).toContain(shown)
    expect(out + err).not.toContain(QUOTED)
  }
  expect((await runJson(['flush', '--yes'], { env })).data).toMatchObject({ redis: shown })
})

it('a command that Redis refuses to this user is reported', async () => {
  const { code, err } = await runCli(['stats', '--redis', url.replace('://', '://limited')])
  expect(code).toBe(2)
  expect(err).toMatch(/Redis refused a command: NOPERM.* \[redis\]/)
})

it('a server that does not answer is reported', { timeout: 20_000 }, async () => {
  server.suspend()
  const { code, err } = await runCli(['doctor', '--redis', url])
  server.resume()
  expect(code).toBe(2)
  expect(err).toContain('CC_REDIS_UNREACHABLE')
})
