import { setTimeout } from 'node:timers/promises'
import { load } from '../pages/load.mjs'
import { PAGES } from './site.mjs'

/**
 * Readers who come at a steady rate, whether or not those before them have been served: where the site is slow, they
 * pile up, as they do in life. Their milliseconds count from when they were due.
 *
 * @param onPage told of what a reader got: `(html, requestedAt)`, the latter on this process's clock
 */
export async function read({ site, perSecond, seconds, onPage }) {
  const startedAt = performance.now()
  const due = Math.round(perSecond * seconds)
  const reading = []
  const latencies = []
  for (let at = 0; at < due; at++) {
    const dueAt = startedAt + (at * 1000) / perSecond
    const wait = dueAt - performance.now()
    if (wait > 0) await setTimeout(wait)
    reading.push(readPage(pickPage(at), dueAt))
  }
  await Promise.all(reading)
  return latencies

  async function readPage(page, dueAt) {
    const requestedAt = performance.now()
    const { body } = await load(site.page(page))
    latencies.push(performance.now() - dueAt)
    onPage(body.toString(), requestedAt)
  }
}

/** Each page as often as any other, in an order that no edit keeps step with. */
function pickPage(at) {
  return Math.floor(PAGES * ((at * 0.618034) % 1))
}
