import type { FilmFields } from './film'

export const FIELD_LABELS: { readonly [Field in keyof FilmFields]: string } = {
  title: 'Title',
  released: 'Release date',
  genre: 'Genre',
  director: 'Director',
  mpaa: 'MPAA rating',
  runningTime: 'Running time',
  distributor: 'Distributor',
  source: 'Source',
  creativeType: 'Creative type',
  rating: 'IMDb rating',
  votes: 'IMDb votes',
  tomatoes: 'Tomatometer',
  budget: 'Budget',
  usGross: 'US gross',
  worldwideGross: 'Worldwide gross',
}
