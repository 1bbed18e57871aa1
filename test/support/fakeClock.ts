export interface FakeClock {
  readonly now: () => number
  advance(milliseconds: number): void
}

/** A clock that moves only when told to. */
export function fakeClock(start = 1_000_000): FakeClock {
  let time = start
  return {
    now: () => time,
    advance(milliseconds) {
      time += milliseconds
    },
  }
}
