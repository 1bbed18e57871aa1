const EDITORS = ['Amy', 'Ben', 'Chiara', 'Dev']
const DIRECTORS = [
  'spielberg',
  'hitchcock',
  'kubrick',
  'coppola',
  'scorsese',
  'tim burton',
  'fincher',
  'nolan',
]
const OF_EACH = 2
const NOUNS = ['Projector', 'Usherette', 'Last Reel', 'Matinee', 'Box Office', 'Understudy', 'Stunt Double']
const NIGHTS = ['The Night of the', 'Return of the', 'A Letter to the', 'Goodbye,', 'Nobody Saw the']
/** Every so many edits a film is added, and later taken away again. */
const PERIOD = 8
/** Milliseconds that the site may take for an edit. */
const REQUEST_TIMEOUT_MS = 20_000

/** Somebody who works at the desk: edits films through the site, as a program of the newsroom would. */
export function createEditor({ site, token, editsPerSecond }) {
  const leaving = new AbortController()
  const publishedIds = []
  let films = []
  let count = 0

  return {
    /** Finds films, and reads the pages that show them: what nobody has read needs no rebuilding. */
    async prepare() {
      const lists = await Promise.all(DIRECTORS.map(findFilms))
      films = lists.flat()
      const paths = films.flatMap(({ slug, genre, directorSlug }) => [
        `/films/${slug}`,
        genre && `/genres/${genre.toLowerCase().replace(/[^a-z]+/g, '-')}`,
        directorSlug && `/directors/${directorSlug}`,
      ])
      for (const path of new Set(['/', '/genres', '/directors', ...paths.filter(Boolean)])) await read(path)
      // Listens for a moment: from now on what happens is kept for those who come later.
      const listening = await fetch(`${site}/api/live`, { signal: leaving.signal })
      await listening.body?.cancel()
    },
    /** Edits until it is stopped. */
    async edit() {
      while (!leaving.signal.aborted) {
        const startedAt = performance.now()
        await editOnce().catch((error) => {
          if (!leaving.signal.aborted) console.error(`The editor could not save: ${error.message}`)
        })
        await sleep(1000 / editsPerSecond - (performance.now() - startedAt))
      }
    },
    stop() {
      leaving.abort()
    },
  }

  async function findFilms(director) {
    const response = await fetch(`${site}/api/films?q=${encodeURIComponent(director)}`, {
      signal: leaving.signal,
    })
    const { films: candidates } = await response.json()
    return candidates.filter(({ rating, votes }) => rating !== null && votes !== null).slice(0, OF_EACH)
  }

  async function read(path) {
    const response = await fetch(site + path, { signal: AbortSignal.any([leaving.signal, createTimeout()]) })
    await response.arrayBuffer()
    if (!response.ok) throw new Error(`The demo answered ${response.status} to ${path}.`)
  }

  async function editOnce() {
    const turn = count++ % PERIOD
    const editor = EDITORS[count % EDITORS.length]
    if (turn === PERIOD - 3) {
      const { film } = await send({ action: 'publish', editor, fields: newFilm() })
      publishedIds.push(film.id)
      await read(`/films/${film.slug}`)
    } else if (turn === PERIOD - 1 && publishedIds.length > 0) {
      await send({ action: 'delete', editor, id: publishedIds.shift() })
    } else {
      const at = (count * 5) % films.length
      const fields = change(films[at])
      const { film } = await send({ action: 'save', editor, id: films[at].id, fields })
      films[at] = film
    }
  }

  function change({ rating, votes, tomatoes, runningTime, title }) {
    const kinds = [
      { rating: Math.round((rating >= 9.5 ? 8 : rating + 0.1) * 10) / 10 },
      { votes: votes + 1 + Math.floor(Math.random() * 900) },
      { tomatoes: tomatoes === null || tomatoes >= 99 ? 75 : tomatoes + 1 },
      { title: title.endsWith(' (Restored)') ? title.slice(0, -11) : `${title} (Restored)` },
      { runningTime: runningTime === null || runningTime >= 240 ? 100 : runningTime + 1 },
    ]
    return kinds[count % kinds.length]
  }

  function newFilm() {
    const pick = (list) => list[Math.floor(Math.random() * list.length)]
    return {
      title: `${pick(NIGHTS)} ${pick(NOUNS)} ${count}`,
      director: films[count % films.length].director,
      genre: films[count % films.length].genre,
      released: '2010-06-01',
      rating: 7.1,
      votes: 30_000,
    }
  }

  async function send(order) {
    const response = await fetch(`${site}/api/live/edits`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-demo-editor': token },
      body: JSON.stringify(order),
      signal: AbortSignal.any([leaving.signal, createTimeout()]),
    })
    if (!response.ok)
      throw new Error(`The demo answered ${response.status}: ${(await response.text()).slice(0, 200)}`)
    return response.json()
  }

  function sleep(milliseconds) {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        leaving.signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, Math.max(0, milliseconds))
      leaving.signal.addEventListener('abort', done)
    })
  }
}

const createTimeout = () => AbortSignal.timeout(REQUEST_TIMEOUT_MS)
