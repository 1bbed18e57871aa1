import { median, quantile } from '../statistics.mjs'

/** Summarizes the turns of one strategy. All times are milliseconds. */
export function summarizeTurns({ name }, turns) {
  const collect = (read) => turns.flatMap(read)
  const sum = (read) => turns.reduce((total, turn) => total + read(turn), 0)
  const pageByRound = turns.map(({ latencies }) => getTimes(latencies))
  const positiveLags = collect(({ lags }) => lags).filter((lag) => lag > 0)
  return {
    strategy: name,
    edits: sum(({ edits }) => edits),
    readers: sum(({ tally }) => tally.readers.requests),
    page: {
      p50: median(pageByRound.map(({ p50 }) => p50)),
      // One pause of the machine would dominate the p99 over all rounds, so this is the median of the rounds.
      p99: median(pageByRound.map(({ p99 }) => p99)),
      max: Math.max(...pageByRound.map(({ max }) => max)),
    },
    pageByRound,
    // Long page times without more CPU time mean that the machine had other work.
    cpuSecondsByRound: turns.map(({ cpu }) => Math.round(cpu * 10) / 10),
    waitedForFill: sum(({ tally }) => tally.readers.waited),
    shownOldCopy: positiveLags.length,
    oldCopy: getTimes(positiveLags),
    workerRequests: sum(({ tally }) => tally.worker.requests),
    stalePages: sum(({ stalePages }) => stalePages),
    editToRebuilt: getTimes(collect(({ rebuilds }) => rebuilds)),
    waits: collect(({ tally }) => tally.waits),
  }
}

function getTimes(milliseconds) {
  if (milliseconds.length === 0) return null
  const round = (value) => Math.round(value * 10) / 10
  return {
    p50: round(quantile(milliseconds, 0.5)),
    p99: round(quantile(milliseconds, 0.99)),
    max: round(Math.max(...milliseconds)),
  }
}
