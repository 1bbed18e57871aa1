import { expect, test } from 'vitest'
import { describeFilm } from '../../app/_lib/describeFilm'
import { film } from './film'

test('the story of a film includes all known facts', () => {
  expect(
    describeFilm({ ...film, budget: 25_000_000, usGross: 28_300_000, worldwideGross: 60_000_000 }),
  ).toEqual([
    'A contemporary drama of 2 h 22 min directed by Nora Novak, from an original screenplay. Columbia brought it to American cinemas in May 1994.',
    '20,000 viewers give it 8.1 out of 10; 84 per cent of critics recommend it.',
    'It cost $25 million and took $60 million around the world, $28.3 million of it in the US.',
  ])
})

test('the story of a film leaves out unknown facts', () => {
  const unknown = {
    released: null,
    genre: null,
    director: null,
    runningTime: null,
    distributor: null,
    source: null,
    creativeType: null,
    rating: null,
    votes: null,
    tomatoes: null,
  }
  expect(describeFilm({ ...film, ...unknown })).toEqual(['A film.'])
  expect(describeFilm({ ...film, ...unknown }).join()).not.toMatch(/null|undefined|NaN/)
})

test('the story of a film says when critics and audiences disagree', () => {
  expect(describeFilm({ ...film, rating: 8, tomatoes: 20 })[1]).toContain('critics were not convinced')
  expect(describeFilm({ ...film, rating: 4, tomatoes: 90 })[1]).toContain('critics liked it even better')
})
