/** The fields that an editor can write. `null` means "unknown" in every field. */
export interface FilmFields {
  title: string
  released: string | null
  genre: string | null
  director: string | null
  mpaa: string | null
  runningTime: number | null
  distributor: string | null
  source: string | null
  creativeType: string | null
  rating: number | null
  votes: number | null
  tomatoes: number | null
  budget: number | null
  usGross: number | null
  worldwideGross: number | null
}

export interface Film extends FilmFields {
  /** The key that `registerContent` and `expireObj` read, so that both accept a film. */
  objKey: `film:${number}`
  id: number
  slug: string
  year: number | null
  decade: number | null
  directorId: number | null
  directorSlug: string | null
  score: number | null
  revision: number
  updatedAt: string
}

/** The columns and the FROM clause of every statement that returns films. */
export const SELECT_FILM = `
  SELECT 'film:' || f.id AS objKey, f.id, f.slug, f.title, f.released, f.year, f.decade, f.genre,
    d.id AS directorId, d.name AS director, d.slug AS directorSlug, f.mpaa,
    f.running_time AS runningTime, f.distributor, f.source, f.creative_type AS creativeType,
    f.imdb_rating AS rating, f.imdb_votes AS votes, f.tomatoes, f.budget, f.us_gross AS usGross,
    f.worldwide_gross AS worldwideGross, f.score, f.revision, f.updated_at AS updatedAt
  FROM films f LEFT JOIN directors d ON d.id = f.director_id`

/** Maps an editor's fields to columns. The director is missing, because it is a row of another table. */
export const FILM_COLUMNS = {
  title: 'title',
  released: 'released',
  genre: 'genre',
  mpaa: 'mpaa',
  runningTime: 'running_time',
  distributor: 'distributor',
  source: 'source',
  creativeType: 'creative_type',
  rating: 'imdb_rating',
  votes: 'imdb_votes',
  tomatoes: 'tomatoes',
  budget: 'budget',
  usGross: 'us_gross',
  worldwideGross: 'worldwide_gross',
} as const satisfies Partial<Record<keyof FilmFields, string>>
