import { setTimeout } from 'node:timers/promises'
import { markedTitle } from './ledger.mjs'

/**
 * Edits films at `perSecond`, on the sites in turn; one edit of a film at a time, so that its versions are in
 * order. Every few edits also change the rating, which moves the film in lists.
 *
 * @param save `(site, film, fields)`, which resolves when the site has acknowledged the edit
 * @param pick which of some films to edit next
 * @param onEdited `(film, version, site)`
 */
export function createEditor({ films, sites, save, pick, onEdited, perSecond, counts }) {
  const versions = new Map(films.map(({ id }) => [id, 0]))
  const idle = new Set(films)
  let turn = 0

  async function edit(film) {
    const site = sites[turn++ % sites.length]
    const version = versions.get(film.id) + 1
    versions.set(film.id, version)
    const fields = { title: markedTitle(film.title, film.id, version) }
    if (version % 4 === 0) fields.rating = 8 + (version % 10) / 10
    const startedAt = performance.now()
    try {
      await save(site, film, fields)
      counts.edits++
      counts.editLatencies.push(performance.now() - startedAt)
      onEdited(film, version, site)
    } catch (error) {
      // Whether it was saved is unknown, so nothing may be expected of it.
      counts.failedEdits++
      counts.lastError = `edit of film ${film.id}: ${error.cause?.message ?? error.message}`
    }
  }

  return {
    /** Each film once, so that from here on every title bears a mark. */
    async markAll() {
      for (const film of films) await edit(film)
    },

    async run(until) {
      const pending = new Set()
      let due = performance.now()
      while (performance.now() < until()) {
        // What was not reached is made up for, but not for more than a few seconds.
        due = Math.max(due + 1000 / perSecond, performance.now() - 5000)
        await setTimeout(Math.max(0, due - performance.now()))
        if (idle.size === 0) await Promise.race(pending)
        const film = pick([...idle])
        idle.delete(film)
        const task = edit(film).finally(() => {
          idle.add(film)
          pending.delete(task)
        })
        pending.add(task)
      }
      await Promise.all(pending)
    },
  }
}

/** Through the demo's API, as any editor would. */
export async function saveThroughApi(site, { id }, fields) {
  const reply = await fetch(`${site.url}/api/films/${id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fields),
    signal: AbortSignal.timeout(30_000),
  })
  if (!reply.ok) throw new Error(`${reply.status} ${await reply.text()}`)
  await reply.json()
}
