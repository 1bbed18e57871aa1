import { setTimeout } from 'node:timers/promises'
import { createMarkedTitle } from './ledger.mjs'

/**
 * Creates an editor that edits films at a rate of `perSecond`, on the sites in turn. A film has only one edit at a
 * time, so that its versions are acknowledged in order. Every fourth edit of a film also changes its rating, which
 * moves the film in lists.
 *
 * @param save `(site, film, fields)` resolves when the site has acknowledged the edit
 * @param pick selects the next film to edit from a list
 * @param onEdited called with `(film, version, site)` after each edit
 */
export function createEditor({ films, sites, save, pick, onEdited, perSecond, counts }) {
  const versions = new Map(films.map(({ id }) => [id, 0]))
  const idle = new Set(films)
  let turn = 0

  async function edit(film) {
    const site = sites[turn++ % sites.length]
    const version = versions.get(film.id) + 1
    versions.set(film.id, version)
    const fields = { title: createMarkedTitle(film.title, film.id, version) }
    if (version % 4 === 0) fields.rating = 8 + (version % 10) / 10
    const startedAt = performance.now()
    try {
      await save(site, film, fields)
      counts.edits++
      counts.editLatencies.push(performance.now() - startedAt)
      onEdited(film, version, site)
    } catch (error) {
      // The edit may or may not have been saved, so the ledger must not contain it.
      counts.failedEdits++
      counts.lastError = `edit of film ${film.id}: ${error.cause?.message ?? error.message}`
    }
  }

  return {
    /** Edits each film once, so that every title contains a mark. */
    async markAll() {
      for (const film of films) await edit(film)
    },

    async run(until) {
      const pending = new Set()
      let dueAt = performance.now()
      while (performance.now() < until()) {
        // The editor catches up on late edits of the last five seconds only.
        dueAt = Math.max(dueAt + 1000 / perSecond, performance.now() - 5000)
        await setTimeout(Math.max(0, dueAt - performance.now()))
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

/** Saves an edit through the demo's API. */
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
