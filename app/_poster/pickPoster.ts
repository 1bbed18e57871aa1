import { slugify } from '../_data/slug.mjs'

/** `scripts/draw-posters.mjs` draws this many. */
const POSTERS_PER_GENRE = 6

/** Returns the path of a film's poster. The genre selects six posters, the slug one of them. */
export function pickPoster({ genre, slug }: { genre: string | null; slug: string }): string {
  let hash = 0
  for (const character of slug) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0
  return `/posters/${genre === null ? 'film' : slugify(genre)}-${(hash % POSTERS_PER_GENRE) + 1}.webp`
}
