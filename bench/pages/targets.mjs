import { getMedianRatio } from './getMedianRatio.mjs'

const compareRates = (mode, to) => (shape) =>
  getMedianRatio(shape[mode].server, shape[to].server, 'perSecond')
const compareOnServer = (field, mode, to) => (shape) =>
  getMedianRatio(shape[mode].server, shape[to].server, field)
const compareInBrowser = (field) => (shape) =>
  getMedianRatio(shape.hit.browser, shape['use-cache'].browser, field)

const againstRemote = {
  title: "hits against `'use cache: remote'`, pages/s",
  measure: compareRates('hit', 'use-cache-remote'),
}

/** Targets without a limit are only reported. With islands in each item no target has a limit. */
const sectionTargets = [
  { ...againstRemote, atLeast: 7 },
  {
    title: 'hits against the prerendered page, pages/s',
    measure: compareRates('hit', 'static'),
    atLeast: 0.65,
  },
  {
    title: "hits against `'use cache'`, document bytes",
    measure: (shape) => shape.hit.bytes / shape['use-cache'].bytes,
  },
  { title: "hits against `'use cache'`, JS heap after load", measure: compareInBrowser('heap'), atMost: 0.5 },
  {
    title: "hits against `'use cache'`, task time to interactive",
    measure: compareInBrowser('task'),
    atMost: 0.75,
  },
  { title: 'misses against no cache, CPU', measure: compareOnServer('cpu', 'miss', 'no-cache'), atMost: 1.3 },
  {
    title: 'misses against no cache, first byte',
    measure: compareOnServer('first', 'miss', 'no-cache'),
    atMost: 1.1,
  },
]

const targets = [
  ...sectionTargets.map((target) => ({ shape: '20x30', ...target })),
  { shape: '1x1000', ...againstRemote, atLeast: 8 },
  { shape: '100x3', ...againstRemote, atLeast: 4 },
  ...sectionTargets.map(({ title, measure }) => ({ shape: '20x30-item', title, measure })),
]

/** Returns each target with its measured value, and with `met` when it has a limit. */
export function evaluateTargets(shapes) {
  return targets
    .filter(({ shape }) => shapes[shape])
    .map(({ measure, ...target }) => {
      const { atLeast, atMost } = target
      const measured = measure(shapes[target.shape])
      if (atLeast === undefined && atMost === undefined) return { ...target, measured }
      return { ...target, measured, met: measured >= (atLeast ?? 0) && measured <= (atMost ?? Infinity) }
    })
}
