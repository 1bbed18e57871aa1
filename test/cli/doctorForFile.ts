import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { DoctorReport } from '../../lib/cli/doctor/runDoctor.ts'
import { type RedisServer, startRedis } from '../support/redisServer.ts'
import { runJson } from './fakeTerminal.ts'
import { plantFragments } from './plantFragments.ts'

export interface DoctorForTests {
  readonly server: RedisServer
  /** A client to examine the stored data, and to damage it. */
  readonly redis: Redis
  doctor(...args: string[]): Promise<{ code: number; data: DoctorReport }>
  /** Returns every key, with the members of sets. Without a repair the result stays the same. */
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

/** Lists the findings, without the warnings that every Redis of the tests gets. */
export const listFaults = ({ findings, server: { persistence } }: DoctorReport) =>
  findings
    .filter(
      ({ code }) => !(persistence === 'none' && ['no-persistence', 'no-memory-limit', 'slow'].includes(code)),
    )
    .map(({ code, count, fixed }) => ({ code, count, fixed }))
