import { setTimeout } from 'node:timers/promises'
import { markedTitle } from './ledger.mjs'

/**
 * Edits films at `perSecond`, on the sites in turn; one edit of a film at a time, so that its versions are in
 * order. Every few edits also change the rating, which moves the film in lists.
 */
export function createEditor({ films, sites, ledger, perSecond, counts }) {
  const versions = new Map(films.map(({ id }) => [id, 0]))
  const idle = [...films]
  let turn = 0

  async function edit(film, site) {
    const version = versions.get(film.id) + 1
    versions.set(film.id, version)
    const fields = { title: markedTitle(film.title, film.id, version) }
    if (version % 4 === 0) fields.rating = 8 + (version % 10) / 10
    try {
      const reply = await fetch(`${site.url}/api/films/${film.id}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(fields),
        signal: AbortSignal.timeout(30_000),
      })
      if (!reply.ok) throw new Error(`${reply.status} ${await reply.text()}`)
      await reply.json()
      ledger.acknowledge(film.id, version, site.name)
      counts.edits++
    } catch (error) {
      // Whether it was saved is unknown, so nothing may be expected of it.
      counts.failedEdits++
      counts.lastError = `edit of film ${film.id}: ${error.cause?.message ?? error.message}`
    }
  }

  return {
    /** Each film once, so that from here on every title bears a mark. */
    async markAll() {
      for (const film of films) await edit(film, sites[turn++ % sites.length])
    },

    async run(until) {
      const underWay = new Set()
      let due = performance.now()
      while (performance.now() < until()) {
        due = Math.max(due + 1000 / perSecond, performance.now() - 1000)
        await setTimeout(Math.max(0, due - performance.now()))
        // All are being edited: the site is slower than asked for.
        const film = idle.shift()
        if (film === undefined) continue
        const task = edit(film, sites[turn++ % sites.length]).finally(() => {
          idle.push(film)
          underWay.delete(task)
        })
        underWay.add(task)
      }
      await Promise.all(underWay)
    },
  }
}
