import { getMedian } from './formatTable.mjs'
import { getMedianRatio } from './getMedianRatio.mjs'

/** Returns undefined where a mode was not measured. */
const compareOnServer = (field, mode, to) => (byMode) =>
  byMode[mode] && byMode[to] && getMedianRatio(byMode[mode].server, byMode[to].server, field)
/** Returns undefined for a build that no browser has loaded. */
const compareInBrowser = (field) => (byMode) =>
  byMode.hit.browser && getMedianRatio(byMode.hit.browser, byMode['use-cache'].browser, field)

const againstEmpty = {
  title: 'hits against an empty dynamic page, CPU',
  measure: compareOnServer('cpu', 'hit', 'empty'),
}
const againstRemote = {
  title: "hits against `'use cache: remote'`, pages/s",
  measure: compareOnServer('perSecond', 'hit', 'use-cache-remote'),
}
/** Compares the page after an edit. The request that edits is no page, so its CPU is subtracted in each round. */
const compareAfterEdit = (to) => (byMode) => {
  const { edit, 'edit-request': request, [to]: other } = byMode
  if (!edit || !request || !other) return undefined
  const pages = edit.server.map(({ cpu }, round) => ({ cpu: cpu - request.server[round].cpu }))
  return getMedianRatio(pages, other.server, 'cpu')
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
    measure: ({ hit, 'use-cache': useCache }) => hit.bytes / useCache.bytes,
  },
  { title: "hits against `'use cache'`, JS heap after load", measure: compareInBrowser('heap'), atMost: 0.5 },
  {
    title: "hits against `'use cache'`, task time to interactive",
    measure: compareInBrowser('task'),
    atMost: 0.75,
  },
  { ...cold, atMost: 1.3 },
  { ...coldContent, atMost: 1.1 },
]

const getColdCpu = (byLevels, levels) => getMedian(byLevels[levels].miss.server, 'cpu')
const compareMemory = (field) => (byMode) =>
  getMedian(byMode.miss, field) / getMedian(byMode['no-cache'], field)

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
  {
    part: 'deep',
    title: 'cold, CPU per level of 400',
    measure: (byLevels) => getColdCpu(byLevels, 400) / 400,
    unit: 'ms',
    atMost: 2,
  },
  {
    part: 'deep',
    title: 'cold, CPU of a level beyond 200 against a level from 50 to 200',
    measure: (byLevels) =>
      (getColdCpu(byLevels, 400) - getColdCpu(byLevels, 200)) /
      200 /
      ((getColdCpu(byLevels, 200) - getColdCpu(byLevels, 50)) / 150),
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
 * Returns each target with its measured value per build, and with `met` per build when it has a limit.
 *
 * @param results the results per part and build. A page from Redis is a part of its own, with the name of its shape in
 * `redisShapes`
 */
export function evaluateTargets(results) {
  return targets
    .filter(({ part }) => results[part])
    .map(({ measure, part, ...target }) => {
      const { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = target
      const hasLimit = 'atLeast' in target || 'atMost' in target
      const [measured, met] = [{}, {}]
      for (const [build, result] of Object.entries(results[part])) {
        const value = measure(result)
        measured[build] = value
        if (hasLimit && value !== undefined) met[build] = value >= atLeast && value <= atMost
      }
      return { part, ...target, measured, met }
    })
    .filter(({ measured }) => Object.values(measured).some((value) => value !== undefined))
}
