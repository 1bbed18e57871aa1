import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import type { ReactNode } from 'react'
import { createFragmentTester } from 'react-cache-content/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { getEditKeys as GetEditKeys } from '../../app/_data/contentKeys'
import type { FilmFields } from '../../app/_data/film'
import type * as SaveFilm from '../../app/_data/saveFilm'
import { isFuzzing } from '../support/propertySeed.ts'

const folder = mkdtempSync(join(tmpdir(), 'film-desk-'))
let pages: Record<string, ReactNode>
let getEditKeys: typeof GetEditKeys
let save: typeof SaveFilm

beforeAll(async () => {
  vi.stubEnv('FILMS_DB', join(folder, 'films.db'))
  execFileSync(process.execPath, ['scripts/import-films.mjs'])
  ;({ getEditKeys } = await import('../../app/_data/contentKeys'))
  save = await import('../../app/_data/saveFilm')
  pages = await loadPages()
}, 60_000)

afterAll(async () => {
  vi.unstubAllEnvs()
  const { getDb } = await import('../../app/_data/db')
  getDb().close()
  rmSync(folder, { recursive: true })
})

/** Returns every page of the site that has fragments, without the layout around them. */
async function loadPages(): Promise<Record<string, ReactNode>> {
  const { CacheContent } = await import('react-cache-content/next')
  const { FrontPage } = await import('../../app/_front/FrontPage')
  const { FilmArticle } = await import('../../app/_film/FilmArticle')
  const { DecadeEntry } = await import('../../app/_lists/DecadeEntry')
  const { DirectorIndex } = await import('../../app/_lists/DirectorIndex')
  const { Filmography } = await import('../../app/_lists/Filmography')
  const { GenreHead } = await import('../../app/_lists/GenreHead')
  const { GenreList } = await import('../../app/_lists/GenreList')
  const { SearchResults } = await import('../../app/_lists/SearchResults')
  const cached = (name: string, page: ReactNode) => <CacheContent name={name}>{page}</CacheContent>
  return {
    front: cached('front', <FrontPage decade={null} chart="rating" />),
    'front of the 1990s by gross': cached('front 1990', <FrontPage decade={1990} chart="gross" />),
    film: cached('film', <FilmArticle slug="pulp-fiction" />),
    decade: cached('decade', <DecadeEntry decade={1990} />),
    directors: cached('directors', <DirectorIndex />),
    director: cached('director', <Filmography slug="quentin-tarantino" />),
    'head of the dramas': cached('head', <GenreHead genre="Drama" />),
    'dramas by rating': cached('by rating', <GenreList genre="Drama" sort="rating" page={1} />),
    'dramas by title': cached('by title', <GenreList genre="Drama" sort="title" page={2} />),
    'comedies by date': cached('by date', <GenreList genre="Comedy" sort="newest" page={1} />),
    'westerns by gross': cached('by gross', <GenreList genre="Western" sort="gross" page={1} />),
    search: cached('search', <SearchResults query="love st" />),
  }
}

const films = fc.constantFrom(742, 842, 1144, 224, 1267, 5, 99, 3000)
const allowUnknown = <T,>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null, freq: 6 })
/** Values that move films to the top of lists, to their end, and out of them. */
const fields: fc.Arbitrary<Partial<FilmFields>> = fc.record(
  {
    title: fc.constantFrom('Love Story', 'Aaron', 'Zebra', 'Starlove', 'A'),
    released: allowUnknown(fc.constantFrom('1994-05-01', '1999-12-31', '2010-12-31', '1950-01-01')),
    genre: allowUnknown(fc.constantFrom('Drama', 'Comedy', 'Western')),
    director: allowUnknown(
      fc.constantFrom('Quentin Tarantino', 'Steven Spielberg', 'Newcomer', 'Stella Love'),
    ),
    rating: allowUnknown(fc.constantFrom(1, 5.5, 10)),
    votes: allowUnknown(fc.constantFrom(1, 30_000, 5_000_000)),
    tomatoes: allowUnknown(fc.constantFrom(0, 50, 100)),
    budget: allowUnknown(fc.constantFrom(100_000, 50_000_000)),
    usGross: allowUnknown(fc.constantFrom(1, 900_000_000)),
    worldwideGross: allowUnknown(fc.constantFrom(1, 5_000_000_000)),
    distributor: allowUnknown(fc.constantFrom('Miramax', 'Zenith')),
  },
  { requiredKeys: [] },
)
const newFilm: FilmFields = {
  title: 'New',
  released: null,
  genre: null,
  director: null,
  mpaa: null,
  runningTime: null,
  distributor: null,
  source: null,
  creativeType: null,
  rating: null,
  votes: null,
  tomatoes: null,
  budget: null,
  usGross: null,
  worldwideGross: null,
}

describe('pages after an edit', () => {
  test('each cached page equals an uncached page after any edit', async () => {
    const tester = createFragmentTester()
    for (const page of Object.values(pages)) await tester.render(page)

    await fc.assert(
      fc.asyncProperty(fc.option(films), fields, async (id, values) => {
        const edit = await (id === null
          ? save.insertFilm({ ...newFilm, ...values })
          : save.updateFilm(id, values))
        if (edit === null) throw new Error(`no film ${id}`)
        if (edit.before !== edit.after) await tester.expireObj(getEditKeys(edit.before, edit.after))
        for (const [name, page] of Object.entries(pages)) {
          const cached = await tester.render(page)
          const fresh = await createFragmentTester().render(page)
          expect(cached.html, name).toBe(fresh.html)
        }
      }),
      { numRuns: isFuzzing ? 100 : 40, interruptAfterTimeLimit: 12_000, endOnFailure: true },
    )
  }, 120_000)

  test('the rating of a drama keeps comedies, box office and search results cached', async () => {
    const tester = createFragmentTester()
    const others = ['comedies by date', 'westerns by gross', 'search', 'directors'] as const
    await save.updateFilm(842, { genre: 'Drama', rating: 9, director: null, title: 'Shawshank' })
    for (const name of others) await tester.render(pages[name])
    const edit = await save.updateFilm(842, { rating: 8.8 })
    if (edit === null) throw new Error('no film 842')
    await tester.expireObj(getEditKeys(edit.before, edit.after))
    for (const name of others) {
      const { fragments } = await tester.render(pages[name])
      expect(
        fragments.map(({ outcome }) => outcome),
        name,
      ).toEqual(['hit'])
    }
  })
})
