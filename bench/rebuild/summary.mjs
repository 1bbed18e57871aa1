import { median, quantile } from '../statistics.mjs'

/** The turns of one strategy, as plain figures; times are milliseconds. */
export function summaryOf({ name }, turns) {
  const all = (read) => turns.flatMap(read)
  const sum = (read) => turns.reduce((total, turn) => total + read(turn), 0)
  const pageByRound = turns.map(({ latencies }) => timesOf(latencies))
  const old = all(({ lags }) => lags).filter((lag) => lag > 0)
  return {
    strategy: name,
    edits: sum(({ edits }) => edits),
    readers: sum(({ tally }) => tally.readers.requests),
    page: {
      p50: median(pageByRound.map(({ p50 }) => p50)),
      // A machine that holds its breath for a second would be all that is seen of the rounds together.
      p99: median(pageByRound.map(({ p99 }) => p99)),
      max: Math.max(...pageByRound.map(({ max }) => max)),
    },
    pageByRound,
    // Where pages took long and this is no more than elsewhere, the machine had other work.
    cpuSecondsByRound: turns.map(({ cpu }) => Math.round(cpu * 10) / 10),
    waitedForFill: sum(({ tally }) => tally.readers.waited),
    shownOldCopy: old.length,
    oldCopy: timesOf(old),
    workerRequests: sum(({ tally }) => tally.worker.requests),
    pagesLeftOld: sum(({ leftOld }) => leftOld),
    editToRebuilt: timesOf(all(({ rebuilds }) => rebuilds)),
    waits: all(({ tally }) => tally.waits),
  }
}

function timesOf(milliseconds) {
  if (milliseconds.length === 0) return null
  const round = (value) => Math.round(value * 10) / 10
  return {
    p50: round(quantile(milliseconds, 0.5)),
    p99: round(quantile(milliseconds, 0.99)),
    max: round(Math.max(...milliseconds)),
  }
}
