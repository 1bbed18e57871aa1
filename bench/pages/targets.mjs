import { ratio } from './ratio.mjs'

const remote = 'use-cache-remote'
const pages = (mode, to) => (shape) => ratio(shape[mode].server, shape[to].server, 'perSecond')
const server = (field, mode, to) => (shape) => ratio(shape[mode].server, shape[to].server, field)
const browser = (field, mode, to) => (shape) => ratio(shape[mode].browser, shape[to].browser, field)
const bytes = (mode, to) => (shape) => shape[mode].bytes / shape[to].bytes

const againstRemote = "hits against `'use cache: remote'`, pages/s"

const targets = [
  { what: againstRemote, shape: '20x30', atLeast: 7, measure: pages('hit', remote) },
  { what: againstRemote, shape: '1x1000', atLeast: 8, measure: pages('hit', remote) },
  { what: againstRemote, shape: '100x3', atLeast: 4, measure: pages('hit', remote) },
  ...[
    { what: 'hits against a prerendered page, pages/s', atLeast: 0.65, measure: pages('hit', 'static') },
    { what: "document bytes against `'use cache'`", atMost: 0.36, measure: bytes('hit', 'use-cache') },
    {
      what: "JS heap after load against `'use cache'`",
      atMost: 0.5,
      measure: browser('heap', 'hit', 'use-cache'),
    },
    {
      what: "task time to interactive against `'use cache'`",
      atMost: 0.75,
      measure: browser('task', 'hit', 'use-cache'),
    },
    { what: 'a miss against no cache, CPU', atMost: 1.3, measure: server('cpu', 'miss', 'no-cache') },
    {
      what: 'a miss against no cache, time to first byte',
      atMost: 1.1,
      measure: server('first', 'miss', 'no-cache'),
    },
  ].map((target) => ({ ...target, shape: '20x30', also: '20x30-item' })),
]
targets[0].also = '20x30-item'

/** Each target with what was measured, of the shapes that were. */
export function judge(shapes) {
  return targets
    .filter(({ shape }) => shapes[shape])
    .map(({ measure, also, ...target }) => {
      const measured = measure(shapes[target.shape])
      const { atLeast = 0, atMost = Infinity } = target
      return {
        ...target,
        measured,
        met: measured >= atLeast && measured <= atMost,
        perItem: also && shapes[also] && measure(shapes[also]),
      }
    })
}
