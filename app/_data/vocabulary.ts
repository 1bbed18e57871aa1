import { slugify } from './slug.mjs'

/** The closed vocabularies of the source data. Forms offer these values, and route handlers accept no others. */
export const GENRES = [
  'Action',
  'Adventure',
  'Black Comedy',
  'Comedy',
  'Concert/Performance',
  'Documentary',
  'Drama',
  'Horror',
  'Musical',
  'Romantic Comedy',
  'Thriller/Suspense',
  'Western',
] as const

export const MPAA_RATINGS = ['G', 'PG', 'PG-13', 'R', 'NC-17', 'Not Rated', 'Open'] as const

export const CREATIVE_TYPES = [
  'Contemporary Fiction',
  'Dramatization',
  'Factual',
  'Fantasy',
  'Historical Fiction',
  'Kids Fiction',
  'Multiple Creative Types',
  'Science Fiction',
  'Super Hero',
] as const

export const SOURCES = [
  'Original Screenplay',
  'Based on Book/Short Story',
  'Based on Comic/Graphic Novel',
  'Based on Factual Book/Article',
  'Based on Game',
  'Based on Magazine Article',
  'Based on Musical/Opera',
  'Based on Play',
  'Based on Real Life Events',
  'Based on Short Film',
  'Based on Toy',
  'Based on TV',
  'Compilation',
  'Disney Ride',
  'Musical Group Movie',
  'Remake',
  'Spin-Off',
  'Traditional/Legend/Fairytale',
] as const

export const DECADES = [1910, 1920, 1930, 1940, 1950, 1960, 1970, 1980, 1990, 2000, 2010] as const

const genreBySlug = new Map<string, string>(GENRES.map((genre) => [slugify(genre), genre]))

export const getGenreSlug = (genre: string) => slugify(genre)
export const getGenreBySlug = (slug: string) => genreBySlug.get(slug)
