import { expect, test } from 'vitest'
import { getEditKeys } from '../../app/_data/contentKeys'
import type { Film } from '../../app/_data/film'
import { film } from './film'

const edited = (changes: Partial<Film>) => getEditKeys(film, { ...film, ...changes }).sort()

test('an edit of a field that no list uses expires only the film and the changes', () => {
  expect(edited({ distributor: 'Miramax' })).toEqual(['film:7', 'film:changes'])
})

test('an edit of the rating expires the lists of the film and the ranking', () => {
  expect(edited({ rating: 9.9 })).toEqual([
    'decade:1990',
    'director:3',
    'film:7',
    'film:changes',
    'film:ranking',
    'genre:drama',
  ])
})

test('a new genre expires the lists of the old genre and of the new one', () => {
  const keys = edited({ genre: 'Thriller/Suspense' })
  expect(keys).toContain('genre:drama')
  expect(keys).toContain('genre:thriller-suspense')
  expect(keys).toContain('film:genres')
  expect(keys).not.toContain('film:ranking')
})

test('an edit of the budget expires lists of money, and no genre', () => {
  expect(edited({ budget: 5 })).toEqual(['film:7', 'film:changes', 'film:money'])
})

test('publishing a film expires only lists of its known fields', () => {
  const bare = { ...film, genre: null, director: null, directorId: null, decade: null, year: null }
  const keys = getEditKeys(null, { ...bare, released: null, rating: null, votes: null, tomatoes: null })
  expect(keys.sort()).toEqual(['film:7', 'film:changes', 'film:new', 'film:search'])
  expect(getEditKeys(null, film)).toContain('genre:drama')
})

test('the keys of an edit are distinct', () => {
  const keys = edited({ rating: 1, title: 'X', genre: null })
  expect(new Set(keys).size).toBe(keys.length)
})
