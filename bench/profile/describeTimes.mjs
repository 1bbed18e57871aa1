import { parts } from './parts.mjs'

const sumTimes = (times) => times.reduce((sum, time) => sum + time, 0)
const garbageCollection = parts.findIndex(({ title }) => title === 'garbage collection')
const library = parts.findIndex(({ title }) => title.startsWith('this library'))
const react = parts.flatMap(({ title }, index) => (title.startsWith('React') ? [index] : []))

/**
 * Compares the profiled pages. The sentences contain only measured figures, because a fixed conclusion could contradict
 * the table of a later run.
 *
 * @param profiled the pages with their title, and with their times per part in milliseconds
 */
export function describeTimes(profiled) {
  const find = (title) => profiled.find((page) => page.title === title).times
  const formatMs = (title) => `${sumTimes(find(title)).toFixed(1)} ms`
  const formatShare = (title, indexes) => {
    const times = find(title)
    return `${((sumTimes(indexes.map((index) => times[index])) / sumTimes(times)) * 100).toFixed(0)}%`
  }
  const all = parts.map((_, index) => index)
  const formatExcess = (title, over, indexes = all) => {
    const sum = (of) => sumTimes(indexes.map((index) => find(of)[index]))
    return `${(sum(title) - sum(over)).toFixed(1)} ms`
  }
  const formatRatio = (title, to) => `${(sumTimes(find(title)) / sumTimes(find(to))).toFixed(2)}×`
  return `Without a cache, React and Next take ${formatShare('no cache', react)} of the time, and garbage collection takes ${formatShare('no cache', [garbageCollection])}.

A hit takes ${formatMs('hits')}, which is ${formatRatio('hits', 'no cache')} of the page without a cache. The empty page shows the work of Next for any rendered
page. It takes ${formatMs('empty page')}, so the content of a hit takes ${formatExcess('hits', 'empty page')}: React and Next ${formatExcess('hits', 'empty page', react)}, this library and the
page's components ${formatExcess('hits', 'empty page', [library])}, and the rest for garbage, and to write and compress the longer document.

A miss takes ${formatMs('misses')}. That is ${formatRatio('misses', 'no cache')} of the page without a cache, and ${formatRatio('misses', 'hits')} of a hit.

Nested misses take ${formatMs('nested, misses')}, which is ${formatRatio('nested, misses', 'nested, no cache')} of the nested page without a cache. Garbage collection takes ${formatShare('nested, misses', [garbageCollection])} of
that time, and ${formatShare('nested, no cache', [garbageCollection])} of the time without a cache.`
}
