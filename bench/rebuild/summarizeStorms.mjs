import { getRatio } from '../pages/compareRounds.mjs'
import { median } from '../statistics.mjs'
import { EDITS_PER_STORM } from './measureStorms.mjs'

/** Summarizes the rounds of the edit storms. All times are milliseconds. */
export function summarizeStorms({ rounds, uncached, stalePages }) {
  const collectCpu = (measured) => measured.map(({ cpu }) => Math.round(cpu * 10) / 10)
  return {
    storms: rounds.length,
    edits: rounds.length * EDITS_PER_STORM,
    rebuilds: rounds.reduce((sum, { rebuilds }) => sum + rebuilds, 0),
    cpuPerRebuild: median(collectCpu(rounds)),
    cpuPerUncachedRequest: median(collectCpu(uncached)),
    ratio: Math.round(getRatio(rounds, uncached, 'cpu') * 1000) / 1000,
    stalePages,
    rebuildsByRound: rounds.map(({ rebuilds }) => rebuilds),
    cpuPerRebuildByRound: collectCpu(rounds),
    cpuPerUncachedRequestByRound: collectCpu(uncached),
  }
}
