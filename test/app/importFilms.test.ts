import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createUniqueSlug, slugify } from '../../app/_data/slug.mjs'
import { GENRES, MPAA_RATINGS, SOURCES } from '../../app/_data/vocabulary'
// @ts-expect-error the script has no types
import { cleanFilm } from '../../scripts/import-films/clean.mjs'

const source: Record<string, unknown>[] = JSON.parse(
  readFileSync('node_modules/vega-datasets/data/movies.json', 'utf8'),
)
const films = source.map((record) => cleanFilm(record))

describe('the imported films', () => {
  test('every film is imported, with a title', () => {
    expect(films).toHaveLength(3201)
    expect(films.filter(({ title }) => typeof title !== 'string' || title.trim() === '')).toEqual([])
  })

  test('numeric titles are text, and inverted titles are turned round', () => {
    const titles = new Set(films.map(({ title }) => title))
    for (const title of ['300', '1408', 'The Barbarians', 'King Kong', 'Untitled'])
      expect(titles).toContain(title)
    expect(films.filter(({ title }) => /, (The|A|An)$/.test(title))).toEqual([])
  })

  test('text that was decoded with the wrong character set is repaired', () => {
    const titles = new Set(films.map(({ title }) => title))
    for (const title of ['Léon', "Le Fabuleux destin d'Amélie Poulain", 'Die Fälscher', 'Alien³', 'Caché']) {
      expect(titles).toContain(title)
    }
  })

  test('no film has a future date, and the epoch is not a date', () => {
    const years = films.map(({ year }) => year).filter((year) => year !== null)
    expect(Math.max(...years)).toBe(2011)
    expect(Math.min(...years)).toBe(1915)
    expect(films.filter(({ released }) => released === '1969-12-31')).toEqual([])
  })

  test('an amount of zero is unknown', () => {
    expect(films.filter((film) => film.usGross === 0 || film.us_gross === 0 || film.budget === 0)).toEqual([])
  })

  test('the vocabularies of the site include the values of all films', () => {
    const findUnknown = (field: string, allowed: readonly string[]) =>
      films.map((film) => film[field]).filter((value) => value !== null && !allowed.includes(value))
    expect(findUnknown('genre', GENRES)).toEqual([])
    expect(findUnknown('mpaa', MPAA_RATINGS)).toEqual([])
    expect(findUnknown('source', SOURCES)).toEqual([])
  })
})

describe('slugs', () => {
  test.each([
    ['Schindler’s List', 'schindlers-list'],
    ['Amélie & Söhne', 'amelie-and-sohne'],
    ['M*A*S*H', 'm-a-s-h'],
    ['!!!', 'untitled'],
    ['七人の侍', 'untitled'],
  ])('the slug of %s is %s', (text, slug) => {
    expect(slugify(text)).toBe(slug)
  })

  test('a slug is short, and does not end in a dash', () => {
    expect(slugify('ab '.repeat(60))).toMatch(/^[a-z-]{1,79}[a-z]$/)
  })

  test('the slug of a remake gets its year, and the slug of a third film a number', () => {
    const taken = new Set(['king-kong', 'king-kong-2005'])
    expect(createUniqueSlug('King Kong', (slug) => taken.has(slug), 1976)).toBe('king-kong-1976')
    expect(createUniqueSlug('King Kong', (slug) => taken.has(slug), 2005)).toBe('king-kong-2005-2')
    expect(createUniqueSlug('King Kong', (slug) => taken.has(slug))).toBe('king-kong-2')
  })
})
