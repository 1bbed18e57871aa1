import { AsyncLocalStorage } from 'node:async_hooks'
import fc, { type Scheduler } from 'fast-check'
import type { Awaitable } from '../../lib/core/awaitable.ts'
import type { DependencyScope } from '../../lib/core/dependencyScope.ts'
import type { Entry, FragmentStore } from '../../lib/core/fragmentStore.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { type FakeClock, fakeClock } from './fakeClock.ts'
import { createSite, type FakeRequest, type FragmentOptions, register } from './fakeSite.ts'

/*
 * A site that is small enough for tests of many orders of its steps: three objects, three nested fragments, two
 * processes. Every read of the database and every operation of the store is a step that the scheduler can delay. Each
 * step advances the clock.
 */

const objects = ['a', 'b', 'c'] as const
type Obj = (typeof objects)[number]
type Versions = Record<Obj, number>

const fragments = ['outer', 'middle', 'leaf'] as const
/** The object that each fragment shows. Each fragment contains the next. */
const shownIn = { outer: 'a', middle: 'b', leaf: 'c' } as const

interface Actor {
  /** Steps before its first action. */
  readonly delay: number
  readonly process: 0 | 1
}
interface Visit extends Actor {
  readonly fragment: (typeof fragments)[number]
  readonly options: FragmentOptions
  /** Whether its render throws. */
  readonly fails: boolean
}
interface Write extends Actor {
  readonly object: Obj
  readonly mode: 'expire' | 'refresh'
}

const actor = { delay: fc.nat(25), process: fc.constantFrom(0 as const, 1 as const) }

export const someVisits = (
  options: readonly FragmentOptions[] = [{}],
  failing: readonly boolean[] = [false],
) =>
  fc.record<Visit>({
    fragment: fc.constantFrom(...fragments),
    options: fc.constantFrom(...options),
    fails: fc.constantFrom(...failing),
    ...actor,
  })

export const someWrites = (...mode: Write['mode'][]) =>
  fc.record<Write>({
    object: fc.constantFrom(...objects),
    mode: fc.constantFrom(...mode),
    ...actor,
  })

/** The stores and the clock of a race. */
export interface RaceModel {
  readonly clock: FakeClock
  /** One for each process. */
  readonly clients: readonly [FragmentStore, FragmentStore]
  /** Reads the stored entries for the checks. */
  readonly shared: FragmentStore
  /** Separates the names from those of other races on the same store. */
  readonly suffix: string
}

/** Two processes on one store, whose operations take time. */
export function createMemoryModel(): RaceModel {
  const clock = fakeClock()
  const store = { ...memoryStore({ name: false, now: clock.now }), isLocal: false }
  return { clock, clients: [store, store], shared: store, suffix: '' }
}

/** Two bundles of one process. The store replies at once. */
export function createLocalModel(): RaceModel {
  const clock = fakeClock()
  const store = memoryStore({ name: false, now: clock.now })
  return { clock, clients: [store, store], shared: store, suffix: '' }
}

/** Pending operations of a store that take real time. */
let pendingOperations = 0

/** Schedules the steps in any order. Between two steps, all work runs that is ready. */
export const anyOrder = fc.scheduler({
  async act(step) {
    await step()
    do await new Promise((resolve) => setImmediate(resolve))
    while (pendingOperations > 0)
  },
})

export interface Race {
  /** Whether all fragments are stored before the race begins. */
  readonly warm: boolean
  readonly visits: readonly Visit[]
  readonly writes: readonly Write[]
}

export function races(visit: ReturnType<typeof someVisits>, write: ReturnType<typeof someWrites>) {
  return fc.record<Race>({
    warm: fc.boolean(),
    visits: fc.array(visit, { minLength: 2, maxLength: 4 }),
    writes: fc.array(write, { minLength: 1, maxLength: 3 }),
  })
}

export interface Weakness {
  /** Replaces operations of the store, to show that the check finds the faults that a fence prevents. */
  readonly store?: (store: FragmentStore, turn: (label: string) => Promise<void>) => Partial<FragmentStore>
  /** Whether children do not pass their dependencies to their parents. */
  readonly childrenApart?: boolean
}

/** Runs the actors in the order of the scheduler. Throws when a visitor or the store has data that is too old. */
export async function race(
  s: Scheduler,
  { warm, visits, writes }: Race,
  weakness: Weakness = {},
  { clock, clients, shared, suffix }: RaceModel = createMemoryModel(),
) {
  const written: Versions = { a: 0, b: 0, c: 0 }
  /** The versions that every request from now on must see at least. */
  const expired: Versions = { ...written }
  /** Collected and thrown at the end, because the engine tolerates a store that throws. */
  const faults: string[] = []
  const outsideAnyFragment = AsyncLocalStorage.snapshot()

  const turn = async (label: string) => {
    await s.schedule(Promise.resolve(), label)
    clock.advance(1)
  }
  /** A step inside an operation with several steps. */
  const turnWithin = async (label: string) => {
    pendingOperations--
    await turn(label)
    pendingOperations++
  }
  const processes = [createProcess(0), createProcess(1)] as const

  const [first] = visits
  if (warm && first) await s.waitFor(visit({ ...first, fragment: 'outer', fails: false }))
  await s.waitFor(Promise.all([...visits.map(visit), ...writes.map(write)]))
  // Fills in the background.
  await s.waitIdle()
  await checkStored((payload, markedStale) => {
    findOlder(payload, markedStale ? expired : written, 'at the end the store')
  })
  if (faults.length > 0) throw new Error(faults.join('\n'))

  function findOlder(payload: Uint8Array, due: Versions, who: string) {
    for (const [object, version] of Object.entries(shownBy(payload))) {
      if (version < due[object as Obj]) faults.push(`${who} has an older ${object} than it must`)
    }
  }

  /** Creates a site whose operations of the store take a step in each direction. */
  function createProcess(index: 0 | 1) {
    const client = clients[index]
    const weak = { ...client, ...weakness.store?.(client, turnWithin) }
    const slow = <Args extends readonly unknown[], Result>(
      name: string,
      operation: (...args: Args) => Awaitable<Result>,
    ) => {
      return async (...args: Args): Promise<Result> => {
        await turn(`${name} → ${index}`)
        const result = await runToEnd(() => operation(...args))
        await turn(`${name} ← ${index}`)
        return result
      }
    }
    const commit: FragmentStore['commit'] = (key, entry, token) => {
      for (const object of Object.keys(shownBy(entry.payload))) {
        if (!entry.dependencies.includes(object + suffix))
          faults.push(`${entry.name} does not depend on ${object}`)
      }
      return weak.commit(key, entry, token)
    }
    if (client.isLocal) return createSite({ clock, store: { ...weak, commit } })
    const store: FragmentStore = {
      ...client,
      async lookup(requests) {
        const sentAt = clock.now()
        // The data of readers ages on the way to the store.
        return slow('lookup', () => {
          const delay = clock.now() - sentAt
          return client.lookup(requests.map((request) => ({ ...request, ageMs: request.ageMs + delay })))
        })()
      },
      commit: slow('commit', commit),
      lease: slow('lease', client.lease),
      release: slow('release', client.release),
      // The wait may end at any moment.
      waitForRelease: () => turn('waitForRelease'),
      expire: slow('expire', weak.expire),
      refresh: slow('refresh', weak.refresh),
    }
    return createSite({ clock, store })
  }

  async function visit({ delay, process, fragment, options, fails }: Visit) {
    for (let step = 0; step < delay; step++) await turn('before the visit')
    const page = processes[process].request()
    const scope = {}
    const due = { ...expired }
    // A page may read data before the fragment that shows it.
    await turn('visit')
    const early = written[shownIn[fragment]]
    await turn('read early')
    try {
      const { value, report } = await show(page, fragment, early)
      findOlder(new TextEncoder().encode(value), due, 'a visitor')
      await report
    } catch (error) {
      if (!(error instanceof RenderFailed)) throw error
    }

    function show(
      from: FakeRequest,
      name: Visit['fragment'],
      read?: number,
    ): ReturnType<FakeRequest['serve']> {
      const object = shownIn[name]
      const inner = fragments[fragments.indexOf(name) + 1]
      return from.serve(
        name + suffix,
        async function* () {
          if (read === undefined) {
            await turn(`read ${object}`)
            read = written[object]
          }
          if (fails) throw new RenderFailed()
          yield `[${object}=${read}]`
          if (inner) {
            const showInner = () => show(from, inner)
            yield (await (weakness.childrenApart ? outsideAnyFragment(showInner) : showInner())).value
          }
          await turn(`rendered ${name}`)
          if (name !== 'middle') register(object + suffix)
        },
        name === 'middle'
          ? { ...options, requestScope: scope, onScope }
          : { ...options, requestScope: scope },
      )

      /** Registers after the output is complete, as frameworks do. */
      function onScope(dependencyScope: DependencyScope) {
        dependencyScope.onFinalize(async () => {
          await turn(`collected ${name}`)
          dependencyScope.register([object + suffix])
        })
      }
    }
  }

  async function write({ delay, process, object, mode }: Write) {
    for (let step = 0; step < delay; step++) await turn('before the write')
    const version = ++written[object]
    await turn(`written ${object}`)
    await processes[process][mode](object + suffix)
    if (mode === 'refresh') return
    expired[object] = Math.max(expired[object], version)
    // An expiry during the check may come after the read of an entry.
    const due = { ...expired }
    await checkStored((payload) => findOlder(payload, due, 'after an expiry the store'))
  }

  async function checkStored(check: (payload: Uint8Array, markedStale: boolean) => void) {
    const requests = fragments.map((name) => ({ key: `"${name}${suffix}"@"1"`, ageMs: 0, shared: true }))
    const stored = await runToEnd(() => shared.lookup(requests))
    for (const { entry, markedStale } of stored) if (entry) check(entry.payload, markedStale)
  }
}

/** Runs an operation that takes real time. The scheduler takes no step before it ends. */
async function runToEnd<T>(operation: () => Awaitable<T>): Promise<T> {
  pendingOperations++
  try {
    return await operation()
  } finally {
    pendingOperations--
  }
}

class RenderFailed extends Error {}

function shownBy(payload: Entry['payload']): Partial<Versions> {
  const shown: Partial<Versions> = {}
  for (const [, object, version] of new TextDecoder().decode(payload).matchAll(/\[(\w)=(\d+)\]/g)) {
    shown[object as Obj] = Number(version)
  }
  return shown
}
