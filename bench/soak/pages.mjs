import { createClient } from '@libsql/client'

/** Films that share front page, lists and directors, so that one page shows many and an edit hits many pages. */
export async function chooseFilms(database) {
  const client = createClient({ url: `file:${database}` })
  const { rows } = await client.execute(
    `SELECT f.id, f.title, f.slug, f.genre, d.slug AS director FROM films f
     JOIN directors d ON d.id = f.director_id
     WHERE f.genre IS NOT NULL AND f.score IS NOT NULL ORDER BY f.score DESC, f.id LIMIT 24`,
  )
  client.close()
  return rows.map((row) => ({ ...row }))
}

/**
 * Says what to read and what to edit next, so that faults show if there are any: pages of films that another
 * process has just edited, where a copy may live too long; pages again that were just read, where a render may
 * have been stored too late; and edits of films while they are rendered.
 */
export function createChooser(films) {
  const all = [
    ...new Set(['/', '/?chart=gross', '/genres', '/decades', '/directors', ...films.flatMap(pagesOf)]),
  ]
  const edited = new Map()
  const lastPage = new Map()
  let beingRead

  function filmOfOther(site) {
    for (const [editor, film] of edited) if (editor !== site) return film
  }

  return {
    edited: (film, { name }) => void edited.set(name, film),

    page({ name }) {
      const last = lastPage.get(name)
      if (last && Math.random() < 0.4) return last
      const film = filmOfOther(name)
      const page = film && Math.random() < 0.7 ? directorPage(film) : any(all)
      if (film && page === directorPage(film)) beingRead = film
      lastPage.set(name, page)
      return page
    },

    film: (idle) => (Math.random() < 0.2 && idle.includes(beingRead) ? beingRead : idle[0]),
  }
}

const directorPage = ({ director }) => `/directors/${director}`

function pagesOf({ title, slug, genre, director }) {
  return [
    `/films/${slug}`,
    directorPage({ director }),
    `/genres/${genre.toLowerCase().replace(/[^a-z]+/g, '-')}`,
    `/search?q=${encodeURIComponent(title.toLowerCase())}`,
  ]
}

const any = (list) => list[Math.floor(Math.random() * list.length)]
