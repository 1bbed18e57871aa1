export interface FakeClock {
  readonly now: () => number
  advance(milliseconds: number): void
}

/** Creates a clock that only `advance` moves. */
export function fakeClock(start = 1_000_000): FakeClock {
  let time = start
  return {
    now: () => time,
    advance(milliseconds) {
      time += milliseconds
    },
  }
}
