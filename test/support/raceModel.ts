import { AsyncLocalStorage } from 'node:async_hooks'
import fc, { type Scheduler } from 'fast-check'
import type { DependencyScope } from '../../lib/core/dependencyScope.ts'
import type { Entry, FragmentStore } from '../../lib/core/fragmentStore.ts'
import type { ServeResult } from '../../lib/core/serve/serveContext.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { type FakeClock, fakeClock } from './fakeClock.ts'
import { createSite, type FakeRequest, type FragmentOptions, register } from './fakeSite.ts'

/*
 * A site small enough for every order of its steps to be tried: three objects, three nested fragments, two
 * processes. Every read of the database and every operation of the store is a step that the scheduler puts
 * where it likes; the clock moves with each.
 */

const objects = ['a', 'b', 'c'] as const
type Obj = (typeof objects)[number]
type Versions = Record<Obj, number>

const fragments = ['outer', 'middle', 'leaf'] as const
/** Each shows an object of its own and holds the next. */
const shownIn = { outer: 'a', middle: 'b', leaf: 'c' } as const

interface Actor {
  /** Steps before it does anything. */
  readonly delay: number
  readonly process: 0 | 1
}
interface Visit extends Actor {
  readonly fragment: (typeof fragments)[number]
  readonly options: FragmentOptions
  /** Its render throws, if it comes to that. */
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

/** Where the race is run. */
export interface RaceModel {
  readonly clock: FakeClock
  /** Of each of the two processes. */
  readonly clients: readonly [FragmentStore, FragmentStore]
  /** Looks at what is stored. */
  readonly shared: FragmentStore
  /** Tells names from those of other races on the same store. */
  readonly suffix: string
}

export function createMemoryModel(): RaceModel {
  const clock = fakeClock()
  const store = memoryStore({ name: false, now: clock.now })
  return { clock, clients: [store, store], shared: store, suffix: '' }
}

/** Operations of a store that have not come back, where that takes real time. */
let pendingOperations = 0

/** Every order in which steps can be taken; between two of them, everything runs that can. */
export const anyOrder = fc.scheduler({
  async act(step) {
    await step()
    do await new Promise((resolve) => setImmediate(resolve))
    while (pendingOperations > 0)
  },
})

export interface Race {
  /** All that is there is shown, and so stored, before the others come. */
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
  /** What a client of the store does instead; for showing that the checker finds what a fence is for. */
  readonly store?: (store: FragmentStore, turn: (label: string) => Promise<void>) => Partial<FragmentStore>
  /** Children do not tell their parents what they depend on. */
  readonly childrenApart?: boolean
}

/** Runs the actors in the order of the scheduler, and throws for whatever nobody may ever see. */
export async function race(
  s: Scheduler,
  { warm, visits, writes }: Race,
  weakness: Weakness = {},
  { clock, clients, shared, suffix }: RaceModel = createMemoryModel(),
) {
  const written: Versions = { a: 0, b: 0, c: 0 }
  /** What every request that begins now must see at least. */
  const expired: Versions = { ...written }
  /** Not thrown where they are found: the engine puts up with a store that throws. */
  const faults: string[] = []
  const outsideAnyFragment = AsyncLocalStorage.snapshot()

  const turn = async (label: string) => {
    await s.schedule(Promise.resolve(), label)
    clock.advance(1)
  }
  /** A step of an operation that takes several. */
  const turnWithin = async (label: string) => {
    pendingOperations--
    await turn(label)
    pendingOperations++
  }
  const processes = [processOn(0), processOn(1)] as const

  const [first] = visits
  if (warm && first) await s.waitFor(visit({ ...first, fragment: 'outer', fails: false }))
  await s.waitFor(Promise.all([...visits.map(visit), ...writes.map(write)]))
  // Fills in the background.
  await s.waitIdle()
  await checkStored((payload, refreshed) => {
    findOlder(payload, refreshed ? expired : written, 'at the end the store')
  })
  if (faults.length > 0) throw new Error(faults.join('\n'))

  function findOlder(payload: Uint8Array, due: Versions, who: string) {
    for (const [object, version] of Object.entries(shownBy(payload))) {
      if (version < due[object as Obj]) faults.push(`${who} has an older ${object} than it must`)
    }
  }

  /** A client of the store, all of whose operations take time on the way there and back. */
  function processOn(index: 0 | 1) {
    const client = clients[index]
    const weak = { ...client, ...weakness.store?.(client, turnWithin) }
    const slow = <Args extends readonly unknown[], Result>(
      name: string,
      operation: (...args: Args) => Promise<Result>,
    ) => {
      return async (...args: Args): Promise<Result> => {
        await turn(`${name} → ${index}`)
        pendingOperations++
        const result = await operation(...args).finally(() => pendingOperations--)
        await turn(`${name} ← ${index}`)
        return result
      }
    }
    const store: FragmentStore = {
      ...client,
      async lookup(requests) {
        const sentAt = clock.now()
        // The way to the store makes readers older.
        return slow('lookup', () => {
          const late = clock.now() - sentAt
          return client.lookup(requests.map((request) => ({ ...request, age: request.age + late })))
        })()
      },
      commit: slow('commit', (key, entry, token) => {
        for (const object of Object.keys(shownBy(entry.payload))) {
          if (!entry.dependencies.includes(object + suffix))
            faults.push(`${entry.name} does not depend on ${object}`)
        }
        return weak.commit(key, entry, token)
      }),
      lease: slow('lease', client.lease),
      release: slow('release', client.release),
      // As if the time to wait were over at any moment.
      waitForLease: () => turn('waitForLease'),
      expire: slow('expire', weak.expire),
      refresh: slow('refresh', weak.refresh),
    }
    return createSite({ clock, store })
  }

  async function visit({ delay, process, fragment, options, fails }: Visit) {
    for (let step = 0; step < delay; step++) await turn('not there yet')
    const page = processes[process].request()
    const scope = {}
    const due = { ...expired }
    // A page may read data before it comes to the fragment that shows them.
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

    function show(from: FakeRequest, name: Visit['fragment'], read?: number): Promise<ServeResult<string>> {
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

      /** As frameworks do: what was read is known only once the output is complete and handed on. */
      function onScope(capture: DependencyScope) {
        capture.onFinalize(async () => {
          await turn(`collected ${name}`)
          capture.register([object + suffix])
        })
      }
    }
  }

  async function write({ delay, process, object, mode }: Write) {
    for (let step = 0; step < delay; step++) await turn('not written yet')
    const version = ++written[object]
    await turn(`written ${object}`)
    await processes[process][mode](object + suffix)
    if (mode === 'refresh') return
    expired[object] = Math.max(expired[object], version)
    // What is expired while the store is looked at may have been found.
    const due = { ...expired }
    await checkStored((payload) => findOlder(payload, due, 'after an expiry the store'))
  }

  async function checkStored(check: (payload: Uint8Array, refreshed: boolean) => void) {
    const requests = fragments.map((name) => ({ key: `"${name}${suffix}"@"1"`, age: 0, shared: true }))
    pendingOperations++
    const stored = await shared.lookup(requests).finally(() => pendingOperations--)
    for (const { entry, refreshed } of stored) if (entry) check(entry.payload, refreshed)
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
