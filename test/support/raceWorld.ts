import { AsyncLocalStorage } from 'node:async_hooks'
import fc, { type Scheduler } from 'fast-check'
import { expect } from 'vitest'
import type { Capture } from '../../lib/core/capture.ts'
import type { Served } from '../../lib/core/serve.ts'
import type { Entry, FragmentStore } from '../../lib/core/store.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { fakeClock } from './fakeClock.ts'
import { createSite, type FragmentOptions, register, type ToyRequest } from './toySite.ts'

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
  readonly how: 'expire' | 'refresh'
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

export const someWrites = (...how: Write['how'][]) =>
  fc.record<Write>({
    object: fc.constantFrom(...objects),
    how: fc.constantFrom(...how),
    ...actor,
  })

/** Every order in which steps can be taken; between two of them, everything runs that can. */
export const anyOrder = fc.scheduler({
  async act(step) {
    await step()
    await new Promise((resolve) => setImmediate(resolve))
  },
})

export interface Race {
  /** All that is there is shown, and so stored, before the others come. */
  readonly warm: boolean
  readonly visits: readonly Visit[]
  readonly writes: readonly Write[]
}

export interface Weakness {
  /** What the store does to a commit; for showing that the checker finds what a fence is for. */
  readonly commit?: (store: FragmentStore) => FragmentStore['commit']
  /** Children do not tell their parents what they depend on. */
  readonly childrenApart?: boolean
}

/** Runs the actors in the order of the scheduler, and throws for whatever nobody may ever see. */
export async function race(s: Scheduler, { warm, visits, writes }: Race, weakness: Weakness = {}) {
  const clock = fakeClock()
  const written: Versions = { a: 0, b: 0, c: 0 }
  /** What every request that begins now must see at least. */
  const expired: Versions = { ...written }
  const shared = memoryStore({ name: false, now: clock.now })
  const commit = weakness.commit?.(shared) ?? shared.commit
  /** Not thrown where they are found: the engine puts up with a store that throws. */
  const faults: string[] = []
  const outsideAnyFragment = AsyncLocalStorage.snapshot()

  const turn = async (label: string) => {
    await s.schedule(Promise.resolve(), label)
    clock.advance(1)
  }
  const processes = [processOn(0), processOn(1)] as const

  const [first] = visits
  if (warm && first) await s.waitFor(visit({ ...first, fragment: 'outer', fails: false }))
  await s.waitFor(Promise.all([...visits.map(visit), ...writes.map(write)]))
  // Fills in the background.
  await s.waitIdle()
  await checkStored((payload, refreshed) => {
    expectNotOlder(payload, refreshed ? expired : written, 'at the end the store')
  })
  expect(faults).toEqual([])

  /** A client of the store, all of whose operations take time on the way there and back. */
  function processOn(index: number) {
    const slow = <Args extends readonly unknown[], Result>(
      name: string,
      operation: (...args: Args) => Promise<Result>,
    ) => {
      return async (...args: Args): Promise<Result> => {
        await turn(`${name} → ${index}`)
        const result = await operation(...args)
        await turn(`${name} ← ${index}`)
        return result
      }
    }
    const store: FragmentStore = {
      ...shared,
      async lookup(requests) {
        const asked = clock.now()
        // The way to the store makes readers older.
        return slow('lookup', () => {
          const late = clock.now() - asked
          return shared.lookup(requests.map((request) => ({ ...request, age: request.age + late })))
        })()
      },
      commit: slow('commit', (key, entry, token) => {
        for (const object of Object.keys(shownBy(entry.payload))) {
          if (!entry.dependencies.includes(object)) faults.push(`${entry.name} does not depend on ${object}`)
        }
        return commit(key, entry, token)
      }),
      lease: slow('lease', shared.lease),
      release: slow('release', shared.release),
      // As if the time to wait were over at any moment.
      settled: () => turn('settled'),
      expire: slow('expire', shared.expire),
      refresh: slow('refresh', shared.refresh),
    }
    return createSite({ clock, store })
  }

  async function visit({ delay, process, fragment, options, fails }: Visit) {
    for (let step = 0; step < delay; step++) await turn('not there yet')
    const page = processes[process].request()
    const due = { ...expired }
    // A page may read data before it comes to the fragment that shows them.
    await turn('visit')
    const early = written[shownIn[fragment]]
    await turn('read early')
    try {
      const { value, report } = await show(page, fragment, early)
      expectNotOlder(new TextEncoder().encode(value), due, 'a visitor')
      await report
    } catch (error) {
      if (!(error instanceof RenderFailed)) throw error
    }

    function show(from: ToyRequest, name: Visit['fragment'], read?: number): Promise<Served<string>> {
      const object = shownIn[name]
      const inner = fragments[fragments.indexOf(name) + 1]
      return from.serve(
        name,
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
          if (name !== 'middle') register(object)
        },
        name === 'middle' ? { ...options, onCapture } : options,
      )

      /** As frameworks do: what was read is known only once the output is complete and handed on. */
      function onCapture(capture: Capture) {
        capture.beforeFinal(async () => {
          await turn(`collected ${name}`)
          capture.register([object])
        })
      }
    }
  }

  async function write({ delay, process, object, how }: Write) {
    for (let step = 0; step < delay; step++) await turn('not written yet')
    const version = ++written[object]
    await turn(`written ${object}`)
    await processes[process][how](object)
    if (how === 'refresh') return
    expired[object] = Math.max(expired[object], version)
    await checkStored((payload) => expectNotOlder(payload, expired, 'after an expiry the store'))
  }

  async function checkStored(check: (payload: Uint8Array, refreshed: boolean) => void) {
    const requests = fragments.map((name) => ({ key: `"${name}"@"1"`, age: 0, shared: true }))
    for (const { entry, refreshed } of await shared.lookup(requests))
      if (entry) check(entry.payload, refreshed)
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

function expectNotOlder(payload: Uint8Array, due: Versions, who: string) {
  for (const [object, version] of Object.entries(shownBy(payload))) {
    expect(version, `${who} has an older ${object} than it must`).toBeGreaterThanOrEqual(due[object as Obj])
  }
}
