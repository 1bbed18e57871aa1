import { beforeEach, describe, expect, it } from 'vitest'
import { createFlights, type Flight, type Flights } from '../../lib/core/flights.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'

const never = new Promise<never>(() => {})
const at = (clock: number, epoch = 'e') => ({ epoch, clock })

let flights: Flights
beforeEach(() => {
  flights = createFlights(memoryStore({ name: false }))
})

/** A fill under way that began at 100, when the store's clock stood at 5. */
function fly(fields: Partial<Flight> = {}): Flight {
  const flight: Flight = {
    key: 'a',
    token: at(5),
    began: 100,
    readSince: undefined,
    stored: Promise.resolve(undefined),
    body: never,
    metadata: never,
    outcome: never,
    waitsFor: new Set(),
    ...fields,
  }
  flights.add(flight)
  return flight
}

describe('a reader joins a fill under way', () => {
  it.each([
    ['began no earlier than he, whatever the store has told each', 100, at(9)],
    ['began after him, in another epoch too', 99, at(5, 'later')],
    ['has seen every expiry that he must see', 200, at(5)],
    ['has seen more than he must', 200, at(4)],
  ])('that %s', (_, began, current) => {
    const flight = fly()
    expect(flights.joinable('a', { began, current }, undefined)).toBe(flight)
  })

  it.each([
    ['began before him, and before an expiry that he must see', 101, at(6)],
    ['began before him, in another epoch', 101, at(0, 'later')],
  ])('but none that %s', (_, began, current) => {
    fly()
    expect(flights.joinable('a', { began, current }, undefined)).toBeUndefined()
  })

  it('but none of which the store could not tell the moment, none of another key, and none that is over', () => {
    const reader = { began: 0, current: at(0) }
    fly({ token: undefined })
    expect(flights.joinable('a', reader, undefined)).toBeUndefined()
    const flight = fly()
    expect(flights.joinable('b', reader, undefined)).toBeUndefined()
    flights.remove(flight)
    expect(flights.joinable('a', reader, undefined)).toBeUndefined()
  })
})
