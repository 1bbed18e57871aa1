import { beforeEach, describe, expect, it } from 'vitest'
import { createPendingFills, type PendingFill, type PendingFills } from '../../lib/core/fill/pendingFills.ts'
import { Settable } from '../../lib/core/settable.ts'
import { StoreWaits } from '../../lib/core/storeWaits.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'

const at = (clock: number, epoch = 'e') => ({ epoch, clock })

let pendingFills: PendingFills
beforeEach(() => {
  pendingFills = createPendingFills(memoryStore({ name: false }))
})

/** Adds a fill that began at 100, when the store's clock was 5. */
function addPendingFill(fields: Partial<PendingFill> = {}): PendingFill {
  const pendingFill: PendingFill = {
    key: 'a',
    token: at(5),
    dataReadSince: 100,
    storeDataReadSince: undefined,
    storableOutput: new Settable(),
    body: new Settable(),
    metadata: new Settable(),
    result: new Settable(),
    storeWaits: new StoreWaits(),
    waitsFor: new Set(),
    ...fields,
  }
  pendingFills.add(pendingFill)
  return pendingFill
}

describe('joining a pending fill', () => {
  it.each([
    ['began no earlier than the reader, with any token', 100, at(9)],
    ['began after the reader, in another epoch too', 99, at(5, 'later')],
    ['has seen every expiry that the reader must see', 200, at(5)],
    ['has seen more than the reader must', 200, at(4)],
  ])('a reader joins a fill that %s', (_, dataReadSince, requiredToken) => {
    const pendingFill = addPendingFill()
    expect(pendingFills.findJoinable('a', { dataReadSince, requiredToken }, undefined)).toBe(pendingFill)
  })

  it.each([
    ['began before the reader and an expiry that it must see', 101, at(6)],
    ['began before the reader, in another epoch', 101, at(0, 'later')],
  ])('a reader joins no fill that %s', (_, dataReadSince, requiredToken) => {
    addPendingFill()
    expect(pendingFills.findJoinable('a', { dataReadSince, requiredToken }, undefined)).toBeUndefined()
  })

  it('a reader joins no fill without a token, of another key, or that has ended', () => {
    const candidate = { dataReadSince: 0, requiredToken: at(0) }
    addPendingFill({ token: undefined })
    expect(pendingFills.findJoinable('a', candidate, undefined)).toBeUndefined()
    const pendingFill = addPendingFill()
    expect(pendingFills.findJoinable('b', candidate, undefined)).toBeUndefined()
    pendingFills.remove(pendingFill)
    expect(pendingFills.findJoinable('a', candidate, undefined)).toBeUndefined()
  })
})
