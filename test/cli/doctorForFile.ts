import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { DoctorReport } from '../../lib/cli/doctor/runDoctor.ts'
import { type RedisServer, startRedis } from '../support/redisServer.ts'
import { runJson } from './fakeTerminal.ts'
import { plantFragments } from './plantFragments.ts'

export interface DoctorForTests {
  readonly server: RedisServer
  /** To look at what is stored, and to do damage. */
  readonly redis: Redis
  doctor(...args: string[]): Promise<{ code: number; data: DoctorReport }>
  /** What must not change where nothing is repaired: every key, with the members of sets. */
  snapshot(): Promise<unknown>
}

/** One Redis for all tests of a file, with two healthy fragments before each. */
export function doctorForFile(): DoctorForTests {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.stop())
  beforeEach(() => plantFragments(server.client))

  return {
    get server() {
      return server
    },
    get redis() {
      return server.client
    },
    doctor: (...args) => runJson<DoctorReport>(['doctor', '--redis', server.url, ...args]),
    async snapshot() {
      const { client } = server
      const keys = (await client.keys('*')).sort()
      return Promise.all(
        keys.map(async (key) => {
          const type = await client.type(key)
          return [key, type === 'set' ? (await client.smembers(key)).sort() : (await client.ttl(key)) < 0]
        }),
      )
    },
  }
}

/** What the doctor found, without what any Redis of a test is warned of. */
export const faultsIn = ({ findings, server: { persistence } }: DoctorReport) =>
  findings
    .filter(
      ({ code }) => !(persistence === 'none' && ['no-persistence', 'no-memory-limit', 'slow'].includes(code)),
    )
    .map(({ code, count, fixed }) => ({ code, count, fixed }))
