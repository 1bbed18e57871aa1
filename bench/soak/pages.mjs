import { createClient } from '@libsql/client'

/** Selects films that share pages, so that a page shows many of them and an edit affects many pages. */
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
 * Chooses pages and edits that are likely to reveal stale content:
 * - pages of films that another process has just edited, where a local copy may live too long
 * - pages that have just been read, where an outdated render may have been stored
 * - edits of films while they are being rendered
 */
export function createChooser(films) {
  const allPages = [
    ...new Set(['/', '/?chart=gross', '/genres', '/decades', '/directors', ...films.flatMap(getPages)]),
  ]
  const lastEditedFilm = new Map()
  const lastPage = new Map()
  let filmBeingRead

  function findFilmOfOther(site) {
    for (const [editor, film] of lastEditedFilm) if (editor !== site) return film
  }

  return {
    recordEdit: (film, { name }) => void lastEditedFilm.set(name, film),

    choosePage({ name }) {
      const last = lastPage.get(name)
      if (last && Math.random() < 0.4) return last
      const film = findFilmOfOther(name)
      const page = film && Math.random() < 0.7 ? getDirectorPage(film) : pickRandom(allPages)
      if (film && page === getDirectorPage(film)) filmBeingRead = film
      lastPage.set(name, page)
      return page
    },

    chooseFilm: (idleFilms) =>
      Math.random() < 0.2 && idleFilms.includes(filmBeingRead) ? filmBeingRead : idleFilms[0],
  }
}

const getDirectorPage = ({ director }) => `/directors/${director}`

function getPages({ title, slug, genre, director }) {
  return [
    `/films/${slug}`,
    getDirectorPage({ director }),
    `/genres/${genre.toLowerCase().replace(/[^a-z]+/g, '-')}`,
    `/search?q=${encodeURIComponent(title.toLowerCase())}`,
  ]
}

const pickRandom = (list) => list[Math.floor(Math.random() * list.length)]
