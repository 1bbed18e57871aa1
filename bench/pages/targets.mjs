import { compareRounds } from './compareRounds.mjs'
import { decideVerdict } from './decideVerdict.mjs'
import { getMedian } from './formatTable.mjs'

// Each measurement has a `value` over all rounds, and the values of the single rounds as `rounds`.

/** Returns undefined where a mode was not measured. */
const compareOnServer = (field, mode, to) => (byMode) =>
  byMode[mode] && byMode[to] && compareRounds(byMode[mode].server, byMode[to].server, field)
/** Returns undefined for a build that no browser has loaded. */
const compareInBrowser = (field) => (byMode) =>
  byMode.hit.browser && compareRounds(byMode.hit.browser, byMode['use-cache'].browser, field)
const compareDocuments = (field, to) => (byMode) => compareRounds([byMode.hit], [byMode[to]], field)

const againstEmpty = {
  title: 'hits against an empty dynamic page, CPU',
  measure: compareOnServer('cpu', 'hit', 'empty'),
}
const againstUncached = {
  title: 'hits against no cache, CPU',
  measure: compareOnServer('cpu', 'hit', 'no-cache'),
}
const againstRemote = {
  title: "hits against `'use cache: remote'`, pages/s",
  measure: compareOnServer('perSecond', 'hit', 'use-cache-remote'),
}
const heapAgainstUseCache = {
  title: "hits against `'use cache'`, JS heap after load",
  measure: compareInBrowser('heap'),
}
const taskAgainstUseCache = {
  title: "hits against `'use cache'`, task time to interactive",
  measure: compareInBrowser('task'),
}
/** Compares the page after an edit. The request that edits is no page, so its CPU is subtracted in each round. */
const compareAfterEdit = (to) => (byMode) => {
  const { edit, 'edit-request': request, [to]: other } = byMode
  if (!edit || !request || !other) return undefined
  const pages = edit.server.map(({ cpu }, round) => ({ cpu: cpu - request.server[round].cpu }))
  return compareRounds(pages, other.server, 'cpu')
}
const editAgainstPlain = {
  title: 'after an edit of one row against no cache, CPU without the request that edits',
  measure: compareAfterEdit('no-cache'),
}
const editAgainstHits = {
  title: 'after an edit of one row against hits, CPU without the request that edits',
  measure: compareAfterEdit('hit'),
}
const cold = { title: 'cold against no cache, CPU', measure: compareOnServer('cpu', 'miss', 'no-cache') }
const coldContent = {
  title: 'cold against no cache, first byte of the content',
  measure: compareOnServer('content', 'miss', 'no-cache'),
}

/** Targets without a limit are only reported. With islands in each item no target has a limit. */
const sectionTargets = [
  { ...againstEmpty, atMost: 1.25 },
  { ...againstRemote, atLeast: 7 },
  {
    title: 'hits against the prerendered page, pages/s',
    measure: compareOnServer('perSecond', 'hit', 'static'),
    atLeast: 0.65,
  },
  {
    title: 'hits against the prerendered page without ETags, pages/s',
    measure: compareOnServer('perSecond', 'hit', 'static-no-etag'),
  },
  {
    title: "hits against `'use cache'`, uncompressed bytes",
    measure: compareDocuments('bytes', 'use-cache'),
  },
  { ...heapAgainstUseCache, atMost: 0.5 },
  { ...taskAgainstUseCache, atMost: 0.75 },
  { ...cold, atMost: 1.3 },
  { ...coldContent, atMost: 1.1 },
]

const compareMemory = (field) => (byMode) => compareRounds(byMode.miss, byMode['no-cache'], field)

/** Calculates a value from the CPU times of cold pages per depth: of their medians, and of each round. */
const calculateFromDepths = (calculate) => (byLevels) => {
  const calculateWith = (getCpu) => calculate((levels) => getCpu(byLevels[levels].miss.server))
  return {
    value: calculateWith((rounds) => getMedian(rounds, 'cpu')),
    rounds: byLevels[400].miss.server.map((_, round) => calculateWith((rounds) => rounds[round].cpu)),
  }
}
/** Without noise, a deeper page takes longer. A ratio to nothing or less keeps no upper limit. */
const compareLevels = (getCpu) => {
  const [beyond, before] = [(getCpu(400) - getCpu(200)) / 200, (getCpu(200) - getCpu(50)) / 150]
  return before > 0 ? beyond / before : Infinity
}

const targets = [
  ...sectionTargets.map((target) => ({ part: '20x30', ...target })),
  { part: '20x30-nested', ...editAgainstPlain, atMost: 0.3 },
  { part: '20x30-nested', ...editAgainstHits, atMost: 1.8 },
  { part: '20x30-nested', ...cold, atMost: 2 },
  { part: '20x30-nested', ...coldContent, atMost: 1.1 },
  {
    part: 'memory',
    title: 'cold 20x30-nested against no cache, peak memory',
    measure: compareMemory('peak'),
    atMost: 2,
  },
  {
    part: 'memory',
    title: 'cold 20x30-nested against no cache, growth of peak memory',
    measure: compareMemory('growth'),
  },
  { part: '6x20-nested', ...editAgainstPlain, atMost: 0.75 },
  { part: '6x20-nested', ...cold, atMost: 2 },
  { part: '100x3', ...againstRemote, atLeast: 4 },
  { part: '100x3', ...cold, atMost: 1.6 },
  { part: '600x1', ...cold },
  { part: '1x1000', ...againstRemote, atLeast: 8 },
  { part: 'cards', ...againstUncached, atMost: 0.17 },
  {
    part: 'cards',
    title: 'hits against the prerendered page, CPU',
    measure: compareOnServer('cpu', 'hit', 'static'),
    atMost: 2.3,
  },
  {
    part: 'cards',
    title: 'hits against hits with `<a>` and `<img>`, CPU',
    measure: compareOnServer('cpu', 'hit', 'plain'),
  },
  {
    part: 'cards',
    title: 'hits against no cache, uncompressed bytes',
    measure: compareDocuments('bytes', 'no-cache'),
    atMost: 0.45,
  },
  {
    part: 'cards',
    title: 'hits against no cache, compressed bytes',
    measure: compareDocuments('sent', 'no-cache'),
    atMost: 0.6,
  },
  { part: 'cards', ...heapAgainstUseCache, atMost: 0.5 },
  { part: 'cards', ...taskAgainstUseCache, atMost: 0.6 },
  { part: 'cards', ...cold, atMost: 1.3 },
  { part: 'cms', ...againstUncached, atMost: 0.65 },
  { part: 'buttons', ...againstUncached, atMost: 0.5 },
  {
    part: 'buttons',
    title: 'hits with declared islands against no cache, CPU',
    measure: compareOnServer('cpu', 'declared', 'no-cache'),
  },
  { part: 'demo', ...againstUncached, atMost: 0.4 },
  {
    part: 'demo',
    title: 'hits against no cache, uncompressed bytes',
    measure: compareDocuments('bytes', 'no-cache'),
  },
  {
    part: 'deep',
    title: 'cold, CPU per level of 400',
    measure: calculateFromDepths((getCpu) => getCpu(400) / 400),
    unit: 'ms',
    atMost: 2,
  },
  {
    part: 'deep',
    title: 'cold, CPU of a level beyond 200 against a level from 50 to 200',
    measure: calculateFromDepths(compareLevels),
    atMost: 1.3,
  },
  ...sectionTargets.map(({ title, measure }) => ({ part: '20x30-item', title, measure })),
  { part: 'Redis, 20x30-nested', ...editAgainstPlain, atMost: 0.3 },
  { part: 'Redis, 20x30-nested', ...editAgainstHits, atMost: 1.8 },
  { part: 'Redis, 20x30-nested', ...cold, atMost: 2 },
  { part: 'Redis, 6x20-nested', ...editAgainstPlain, atMost: 0.75 },
  { part: 'Redis, 6x20-nested', ...cold, atMost: 2 },
  { part: 'Redis, 100x3', ...cold, atMost: 1.6 },
]

/**
 * Returns each target with its measured value and the values of its rounds per build, and with a verdict per build when
 * it has a limit. See {@link decideVerdict}.
 *
 * @param results the results per part and build. A page from Redis is a part of its own, with the name of its shape in
 * `redisShapes`
 */
export function evaluateTargets(results) {
  return targets
    .filter(({ part }) => results[part])
    .map(({ measure, part, ...target }) => {
      const [measured, verdicts] = [{}, {}]
      for (const [build, result] of Object.entries(results[part])) {
        const comparison = measure(result)
        if (!comparison) continue
        measured[build] = comparison
        const verdict = decideVerdict(comparison, target)
        if (verdict) verdicts[build] = verdict
      }
      return { part, ...target, measured, verdicts }
    })
    .filter(({ measured }) => Object.keys(measured).length > 0)
}
