import { afterEach, beforeEach } from 'vitest'
import type { CommitResult, FragmentStore, SharedLookup, Token } from '../../lib/core/fragmentStore.ts'
import { entryOf } from '../support/entries.ts'

/** One empty store, for one test. */
export interface StoreUnderTest {
  readonly store: FragmentStore
  /**
   * The unit of time of the suite, in milliseconds of the store's clock. It is long for a store whose clock can be set.
   * For a store on a real clock it is the shortest with which no step is late by ten units.
   */
  readonly unit: number
  /** Opens another client of the same data, like another process. */
  open(): FragmentStore | Promise<FragmentStore>
  /** Lets at least `milliseconds` pass for the store. */
  advance(milliseconds: number): void | Promise<void>
  close(): void | Promise<void>
}

export interface StoreRequirements {
  /** Units of time for which the store keeps expiries. */
  readonly retention: number
}

/** The store of the current test, with helpers. Times are in {@link StoreUnderTest.unit}. */
export interface StoreProbe {
  readonly store: FragmentStore
  open: StoreUnderTest['open']
  /** Replaces the store. */
  recreate(requirements: StoreRequirements): Promise<void>
  milliseconds(units: number): number
  advance(units: number): void | Promise<void>
  lookupAll(keys: readonly string[], ages?: readonly number[], from?: FragmentStore): Promise<SharedLookup[]>
  lookup(key: string, age?: number, from?: FragmentStore): Promise<SharedLookup>
  token(age?: number): Promise<Token>
  put(key: string, dependencies: readonly string[], from?: FragmentStore): Promise<CommitResult>
  isStored(key: string, from?: FragmentStore): Promise<boolean>
}

/** Creates a store for each test. */
export function probeStore(
  createStore: (requirements: StoreRequirements) => StoreUnderTest | Promise<StoreUnderTest>,
): StoreProbe {
  let current: StoreUnderTest
  const create = async (requirements: StoreRequirements) => {
    current = await createStore(requirements)
  }
  beforeEach(() => create({ retention: 1_000 }))
  afterEach(() => current.close())

  const probe: StoreProbe = {
    get store() {
      return current.store
    },
    open: () => current.open(),
    async recreate(requirements) {
      await current.close()
      await create(requirements)
    },
    milliseconds: (units) => units * current.unit,
    advance: (units) => current.advance(probe.milliseconds(units)),
    async lookupAll(keys, ages = [], from = current.store) {
      const requests = keys.map((key, index) => ({ key, ageMs: ages[index] ?? 0, shared: true }))
      return (await from.lookup(requests)) as SharedLookup[]
    },
    async lookup(key, age = 0, from = current.store) {
      const [reply] = await probe.lookupAll([key], [age], from)
      if (reply?.token === undefined) throw new Error('The store did not answer with a token.')
      return reply
    },
    token: async (age = 0) => (await probe.lookup('whatever', age)).token,
    put: async (key, dependencies, from = current.store) =>
      from.commit(key, entryOf({ dependencies }), await probe.token()),
    isStored: async (key, from = current.store) => (await probe.lookup(key, 0, from)).entry !== undefined,
  }
  return probe
}
