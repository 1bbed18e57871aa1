import { setTimeout } from 'node:timers/promises'
import { load } from '../pages/load.mjs'
import { PAGES } from './site.mjs'

/**
 * Sends requests at a constant rate, without waiting for earlier responses. Requests to a slow site pile up, as they
 * do in production. A latency includes the delay of its request.
 *
 * @param onPage called with `(html, requestedAt)` for each page; `requestedAt` is on this process' `performance` clock
 * @returns the latencies in milliseconds
 */
export async function runReaders({ site, perSecond, seconds, onPage }) {
  const startedAt = performance.now()
  const count = Math.round(perSecond * seconds)
  const pending = []
  const latencies = []
  for (let index = 0; index < count; index++) {
    const dueAt = startedAt + (index * 1000) / perSecond
    const wait = dueAt - performance.now()
    if (wait > 0) await setTimeout(wait)
    pending.push(readPage(pickPage(index), dueAt))
  }
  await Promise.all(pending)
  return latencies

  async function readPage(page, dueAt) {
    const requestedAt = performance.now()
    const { body } = await load(site.page(page))
    latencies.push(performance.now() - dueAt)
    onPage(body.toString(), requestedAt)
  }
}

/** Picks all pages equally often, in an order that never aligns with the order of the edits. */
function pickPage(index) {
  return Math.floor(PAGES * ((index * 0.618034) % 1))
}
