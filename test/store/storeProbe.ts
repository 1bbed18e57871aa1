import { afterEach, beforeEach } from 'vitest'
import type { CommitResult, FragmentStore, SharedLookup, Token } from '../../lib/core/fragmentStore.ts'
import { entryOf } from '../support/entries.ts'

/** One empty store, for one test. */
export interface StoreUnderTest {
  readonly store: FragmentStore
  /**
   * Milliseconds of the store's time that the suite counts in. A store whose clock can be set has long ones;
   * one whose clock runs on by itself has the shortest that keep it from being late by ten of them.
   */
  readonly unit: number
  /** Another client of the same data, as another process has one. */
  open(): FragmentStore | Promise<FragmentStore>
  /** Lets so many milliseconds pass for the store, or a little more. */
  advance(milliseconds: number): void | Promise<void>
  close(): void | Promise<void>
}

export interface StoreWanted {
  /** Units for which the store remembers expiries. */
  readonly retention: number
}

/** The store of the current test, and what the suite asks of it. Times are in {@link StoreUnderTest.unit}. */
export interface StoreProbe {
  readonly store: FragmentStore
  open: StoreUnderTest['open']
  /** Another store, made as wanted. */
  remake(wanted: StoreWanted): Promise<void>
  milliseconds(units: number): number
  advance(units: number): void | Promise<void>
  lookupAll(keys: readonly string[], ages?: readonly number[], from?: FragmentStore): Promise<SharedLookup[]>
  lookup(key: string, age?: number, from?: FragmentStore): Promise<SharedLookup>
  token(age?: number): Promise<Token>
  put(key: string, dependencies: readonly string[], from?: FragmentStore): Promise<CommitResult>
  isStored(key: string, from?: FragmentStore): Promise<boolean>
}

/** Gives each test a store of its own. */
export function probeStore(
  makeStore: (wanted: StoreWanted) => StoreUnderTest | Promise<StoreUnderTest>,
): StoreProbe {
  let made: StoreUnderTest
  const make = async (wanted: StoreWanted) => {
    made = await makeStore(wanted)
  }
  beforeEach(() => make({ retention: 1_000 }))
  afterEach(() => made.close())

  const probe: StoreProbe = {
    get store() {
      return made.store
    },
    open: () => made.open(),
    async remake(wanted) {
      await made.close()
      await make(wanted)
    },
    milliseconds: (units) => units * made.unit,
    advance: (units) => made.advance(probe.milliseconds(units)),
    async lookupAll(keys, ages = [], from = made.store) {
      const requests = keys.map((key, index) => ({ key, ageMs: ages[index] ?? 0, shared: true }))
      return (await from.lookup(requests)) as SharedLookup[]
    },
    async lookup(key, age = 0, from = made.store) {
      const [reply] = await probe.lookupAll([key], [age], from)
      if (reply?.token === undefined) throw new Error('The store did not answer with a token.')
      return reply
    },
    token: async (age = 0) => (await probe.lookup('whatever', age)).token,
    put: async (key, dependencies, from = made.store) =>
      from.commit(key, entryOf({ dependencies }), await probe.token()),
    isStored: async (key, from = made.store) => (await probe.lookup(key, 0, from)).entry !== undefined,
  }
  return probe
}
