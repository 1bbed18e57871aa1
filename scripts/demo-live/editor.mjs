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
const FILMS_PER_DIRECTOR = 2
const NOUNS = ['Projector', 'Usherette', 'Last Reel', 'Matinee', 'Box Office', 'Understudy', 'Stunt Double']
const NIGHTS = ['The Night of the', 'Return of the', 'A Letter to the', 'Goodbye,', 'The Secret of the']
/** The number of edits in a cycle. Each cycle publishes one film and later removes it. */
const CYCLE_LENGTH = 8
const REQUEST_TIMEOUT_MS = 20_000

/** Creates a scripted editor, which edits films through the site's API. */
export function createEditor({ site, token, editsPerSecond }) {
  const abortController = new AbortController()
  const publishedIds = []
  let films = []
  let count = 0

  return {
    /** Selects films and requests their pages, because the worker rebuilds only pages that have been requested. */
    async prepare() {
      const lists = await Promise.all(DIRECTORS.map(findFilms))
      films = lists.flat()
      const paths = films.flatMap(({ slug, genre, directorSlug }) => [
        `/films/${slug}`,
        genre && `/genres/${genre.toLowerCase().replace(/[^a-z]+/g, '-')}`,
        directorSlug && `/directors/${directorSlug}`,
      ])
      for (const path of new Set(['/', '/genres', '/directors', ...paths.filter(Boolean)]))
        await requestPage(path)
      // The live hub of the site starts with its first listener. It then keeps events for later listeners.
      const listening = await fetch(`${site}/api/live`, { signal: abortController.signal })
      await listening.body?.cancel()
    },
    /** Edits films until `stop` is called. */
    async edit() {
      while (!abortController.signal.aborted) {
        const startedAt = performance.now()
        await editOnce().catch((error) => {
          if (!abortController.signal.aborted) console.error(`The editor could not save: ${error.message}`)
        })
        await sleep(1000 / editsPerSecond - (performance.now() - startedAt))
      }
    },
    stop() {
      abortController.abort()
    },
  }

  async function findFilms(director) {
    const response = await fetch(`${site}/api/films?q=${encodeURIComponent(director)}`, {
      signal: abortController.signal,
    })
    const { films: candidates } = await response.json()
    return candidates
      .filter(({ rating, votes }) => rating !== null && votes !== null)
      .slice(0, FILMS_PER_DIRECTOR)
  }

  async function requestPage(path) {
    const response = await fetch(site + path, {
      signal: AbortSignal.any([abortController.signal, createTimeout()]),
    })
    await response.arrayBuffer()
    if (!response.ok) throw new Error(`The demo responded to ${path} with ${response.status}.`)
  }

  async function editOnce() {
    const step = count++ % CYCLE_LENGTH
    const editor = EDITORS[count % EDITORS.length]
    if (step === CYCLE_LENGTH - 3) {
      const { film } = await send({ action: 'publish', editor, fields: createFilm() })
      publishedIds.push(film.id)
      await requestPage(`/films/${film.slug}`)
    } else if (step === CYCLE_LENGTH - 1 && publishedIds.length > 0) {
      await send({ action: 'delete', editor, id: publishedIds.shift() })
    } else {
      const index = (count * 5) % films.length
      const fields = createChange(films[index])
      const { film } = await send({ action: 'save', editor, id: films[index].id, fields })
      films[index] = film
    }
  }

  function createChange({ rating, votes, tomatoes, runningTime, title }) {
    const changes = [
      { rating: Math.round((rating >= 9.5 ? 8 : rating + 0.1) * 10) / 10 },
      { votes: votes + 1 + Math.floor(Math.random() * 900) },
      { tomatoes: tomatoes === null || tomatoes >= 99 ? 75 : tomatoes + 1 },
      { title: title.endsWith(' (Restored)') ? title.slice(0, -11) : `${title} (Restored)` },
      { runningTime: runningTime === null || runningTime >= 240 ? 100 : runningTime + 1 },
    ]
    return changes[count % changes.length]
  }

  function createFilm() {
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

  async function send(edit) {
    const response = await fetch(`${site}/api/live/edits`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-demo-editor': token },
      body: JSON.stringify(edit),
      signal: AbortSignal.any([abortController.signal, createTimeout()]),
    })
    if (!response.ok)
      throw new Error(`The demo responded with ${response.status}: ${(await response.text()).slice(0, 200)}`)
    return response.json()
  }

  function sleep(milliseconds) {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        abortController.signal.removeEventListener('abort', wake)
        resolve()
      }
      const timer = setTimeout(wake, Math.max(0, milliseconds))
      abortController.signal.addEventListener('abort', wake)
    })
  }
}

const createTimeout = () => AbortSignal.timeout(REQUEST_TIMEOUT_MS)
