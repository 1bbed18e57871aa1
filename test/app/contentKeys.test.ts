import { expect, test } from 'vitest'
import { getEditKeys } from '../../app/_data/contentKeys'
import type { Film } from '../../app/_data/film'
import { film } from './film'

const getKeysOfEdit = (changes: Partial<Film>) => getEditKeys(film, { ...film, ...changes }).sort()

test('a field that no list sorts or filters by expires the film and the log only', () => {
  expect(getKeysOfEdit({ distributor: 'Miramax' })).toEqual(['film:7', 'film:changes'])
})

test('a new rating expires the lists of the film and the ranking of all films', () => {
  expect(getKeysOfEdit({ rating: 9.9 })).toEqual([
    'decade:1990',
    'director:3',
    'film:7',
    'film:changes',
    'film:ranking',
    'genre:drama',
  ])
})

test('a new genre expires the list that the film leaves and the list that it enters', () => {
  const keys = getKeysOfEdit({ genre: 'Thriller/Suspense' })
  expect(keys).toContain('genre:drama')
  expect(keys).toContain('genre:thriller-suspense')
  expect(keys).toContain('film:genres')
  expect(keys).not.toContain('film:ranking')
})

test('a new budget expires the lists about money, and no genre', () => {
  expect(getKeysOfEdit({ budget: 5 })).toEqual(['film:7', 'film:changes', 'film:money'])
})

test('publishing a film expires only the lists for which the film has values', () => {
  const bare = { ...film, genre: null, director: null, directorId: null, decade: null, year: null }
  const keys = getEditKeys(null, { ...bare, released: null, rating: null, votes: null, tomatoes: null })
  expect(keys.sort()).toEqual(['film:7', 'film:changes', 'film:new', 'film:search'])
  expect(getEditKeys(null, film)).toContain('genre:drama')
})

test('no key is returned twice', () => {
  const keys = getKeysOfEdit({ rating: 1, title: 'X', genre: null })
  expect(new Set(keys).size).toBe(keys.length)
})
