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
  /** The events of all workers of the current test. */
  readonly events: WorkerEvent[]
  eventsOf<Type extends WorkerEvent['type']>(type: Type): Extract<WorkerEvent, { type: Type }>[]
  newWorker(options?: Partial<WorkerOptions>): Worker
  /** Starts a worker, and resolves when it is ready. */
  startWorker(options?: Partial<WorkerOptions>): Promise<Worker>
  publish(key: string | string[], fields?: Publication): Promise<unknown>
  /** Returns the number of messages that were handled. */
  countHandled(): number
  /** Returns 0 when no route waits for a rebuild or is being rebuilt. */
  countPendingQueues(): Promise<number>
}

/** One Redis for all tests of a file. Each test gets an empty store, a site and its own workers. */
export function workerForFile(): WorkerForTests {
  vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })
  const redis = redisForFile()
  let redisSite: RedisSite
  let store: FragmentStore
  let site: RecordingSite
  const events: WorkerEvent[] = []
  const workers: Worker[] = []

  beforeEach(async () => {
    await redis.client.flushall()
    redisSite = redis.site({ ...names, local: false })
    store = redisSite.open()
    site = await startRecordingSite()
    events.length = 0
  })
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop()))
    await redisSite.close()
    await site.close()
  })

  const fixture: WorkerForTests = {
    redis,
    get store() {
      return store
    },
    get site() {
      return site
    },
    events,
    eventsOf: <Type extends WorkerEvent['type']>(type: Type) =>
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
    async startWorker(options) {
      const worker = fixture.newWorker(options)
      worker.run()
      await vi.waitFor(() => expect(fixture.eventsOf('ready')).not.toEqual([]), WAIT)
      return worker
    },
    publish: (key, fields = {}) => publishContent(createEngine(store), [key].flat(), fields),
    countHandled: () => fixture.eventsOf('handled').reduce((sum, { messages }) => sum + messages, 0),
    countPendingQueues: () => redis.client.exists('cc:rebuild:queue', 'cc:rebuild:active'),
  }
  return fixture
}
