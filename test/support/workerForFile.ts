import { afterEach, beforeEach, expect, vi } from 'vitest'
import { createEngine } from '../../lib/core/createEngine.ts'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import { type Publication, publishContent } from '../../lib/messages/publishContent.ts'
import { createWorker, type Worker } from '../../lib/worker/createWorker.ts'
import type { WorkerEvent } from '../../lib/worker/workerEvent.ts'
import type { WorkerOptions } from '../../lib/worker/workerOptions.ts'
import { type RecordingSite, startRecordingSite } from './recordingSite.ts'
import { type RedisForTests, type RedisSite, redisForFile } from './redisStores.ts'

export const WAIT = { timeout: 20_000, interval: 5 }
export const names = { namespace: 'cc', objectPrefix: 'obj:', reversePrefix: 'sobj:' }
export const secret = 'a secret of the tests'

/** Workers in this process, the site that they rebuild, and the store of that site. */
export interface WorkerForTests {
  readonly redis: RedisForTests
  readonly store: FragmentStore
  readonly site: RecordingSite
  /** Events of the workers of this test. */
  readonly events: WorkerEvent[]
  of<Type extends WorkerEvent['type']>(type: Type): Extract<WorkerEvent, { type: Type }>[]
  newWorker(options?: Partial<WorkerOptions>): Worker
  /** Starts a worker, and resolves when it listens. */
  running(options?: Partial<WorkerOptions>): Promise<Worker>
  publish(key: string | string[], fields?: Publication): Promise<unknown>
  /** The number of handled messages. */
  handled(): number
  /** The number of queues with routes to rebuild: waiting and active. */
  waiting(): Promise<number>
}

/** Starts one Redis for all tests of a file. Each test has an empty store, and its own site and workers. */
export function workerForFile(): WorkerForTests {
  vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })
  const redis = redisForFile()
  let place: RedisSite
  let store: FragmentStore
  let site: RecordingSite
  const events: WorkerEvent[] = []
  const workers: Worker[] = []

  beforeEach(async () => {
    await redis.client.flushall()
    place = redis.site({ ...names, local: false })
    store = place.open()
    site = await startRecordingSite()
    events.length = 0
  })
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop()))
    await place.close()
    await site.close()
  })

  const made: WorkerForTests = {
    redis,
    get store() {
      return store
    },
    get site() {
      return site
    },
    events,
    of: <Type extends WorkerEvent['type']>(type: Type) =>
      events.filter((event): event is Extract<WorkerEvent, { type: Type }> => event.type === type),
    newWorker(options = {}) {
      const worker = createWorker({
        redis: redis.server.url,
        site: site.origin,
        secret,
        debounce: 5,
        minInterval: 0,
        retryDelay: 10,
        onEvent: (event) => void events.push(event),
        ...options,
      })
      workers.push(worker)
      return worker
    },
    async running(options) {
      const worker = made.newWorker(options)
      worker.run()
      await vi.waitFor(() => expect(made.of('ready')).not.toEqual([]), WAIT)
      return worker
    },
    publish: (key, fields = {}) => publishContent(createEngine(store), [key].flat(), fields),
    handled: () => made.of('handled').reduce((sum, { messages }) => sum + messages, 0),
    waiting: () => redis.client.exists('cc:rebuild:queue', 'cc:rebuild:active'),
  }
  return made
}
