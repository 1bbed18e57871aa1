import { expect, test } from 'vitest'
import { getEditKeys } from '../../app/_data/contentKeys'
import type { Film } from '../../app/_data/film'
import { film } from './film'

const edited = (changes: Partial<Film>) => getEditKeys(film, { ...film, ...changes }).sort()

test('a field that no list sorts or filters by expires the film and the log only', () => {
  expect(edited({ distributor: 'Miramax' })).toEqual(['film:7', 'film:changes'])
})

test('a rating may move the film in its own lists and in the ranking of all', () => {
  expect(edited({ rating: 9.9 })).toEqual([
    'decade:1990',
    'director:3',
    'film:7',
    'film:changes',
    'film:ranking',
    'genre:drama',
  ])
})

test('another genre touches the list that the film leaves and the one it enters', () => {
  const keys = edited({ genre: 'Thriller/Suspense' })
  expect(keys).toContain('genre:drama')
  expect(keys).toContain('genre:thriller-suspense')
  expect(keys).toContain('film:genres')
  expect(keys).not.toContain('film:ranking')
})

test('a budget touches what asks for money, and no genre', () => {
  expect(edited({ budget: 5 })).toEqual(['film:7', 'film:changes', 'film:money'])
})

test('publishing a film touches only what the film says something about', () => {
  const bare = { ...film, genre: null, director: null, directorId: null, decade: null, year: null }
  const keys = getEditKeys(null, { ...bare, released: null, rating: null, votes: null, tomatoes: null })
  expect(keys.sort()).toEqual(['film:7', 'film:changes', 'film:new', 'film:search'])
  expect(getEditKeys(null, film)).toContain('genre:drama')
})

test('nothing is named twice', () => {
  const keys = edited({ rating: 1, title: 'X', genre: null })
  expect(new Set(keys).size).toBe(keys.length)
})
