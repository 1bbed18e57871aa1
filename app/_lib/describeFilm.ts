import type { Film } from '../_data/film'
import { formatCount, formatDecimal, formatMinutes, formatMoney, formatMonth } from './format'

/** Describes a film in up to three sentences, which omit unknown fields. */
export function describeFilm(film: Film): string[] {
  return [describeOrigin(film), describeReception(film), describeBusiness(film)].filter(
    (sentence) => sentence !== null,
  )
}

function describeOrigin(film: Film): string {
  const length = film.runningTime ? ` of ${formatMinutes(film.runningTime)}` : ''
  const by = film.director ? ` directed by ${film.director}` : ''
  const source = film.source && SOURCE_PHRASES[film.source]
  const from = source ? `, ${source}` : ''
  const distribution = film.distributor ? `${film.distributor} brought it` : 'It came'
  const opened = film.released ? `. ${distribution} to American cinemas in ${formatMonth(film.released)}` : ''
  return `${describeKind(film)}${length}${by}${from}${opened}.`
}

/** Returns a phrase such as 'A historical drama'. */
function describeKind(film: Film): string {
  const type = film.creativeType && TYPE_PHRASES[film.creativeType]
  const genre = (film.genre && GENRE_PHRASES[film.genre]) || 'film'
  const phrase = type ? `${type} ${genre}` : genre
  return `${/^[aeiou]/i.test(phrase) ? 'An' : 'A'} ${phrase}`
}

function describeReception(film: Film): string | null {
  const { rating, votes, tomatoes } = film
  const audience =
    rating === null
      ? null
      : `${votes ? `${formatCount(votes)} viewers` : 'Viewers'} give it ${formatDecimal(rating)} out of 10`
  if (audience === null) return tomatoes === null ? null : `${tomatoes} per cent of critics recommend it.`
  if (tomatoes === null || rating === null) return `${audience}.`
  const gap = tomatoes - rating * 10
  const critics =
    gap > 20
      ? `critics liked it even better: ${tomatoes} per cent recommend it`
      : gap < -20
        ? `critics were not convinced: only ${tomatoes} per cent recommend it`
        : `${tomatoes} per cent of critics recommend it`
  return `${audience}; ${critics}.`
}

function describeBusiness(film: Film): string | null {
  const { budget, usGross, worldwideGross } = film
  const earnings =
    worldwideGross && usGross && worldwideGross > usGross
      ? `took ${formatMoney(worldwideGross)} around the world, ${formatMoney(usGross)} of it in the US`
      : worldwideGross || usGross
        ? `took ${formatMoney(worldwideGross ?? usGross ?? 0)}`
        : null
  if (budget === null) return earnings && `It ${earnings}.`
  if (earnings === null) return `It cost ${formatMoney(budget)}.`
  const times = (worldwideGross ?? usGross ?? 0) / budget
  const verdict =
    times >= 10
      ? `: ${formatCount(Math.round(times))} times its budget`
      : times < 1
        ? ': less than it cost'
        : ''
  return `It cost ${formatMoney(budget)} and ${earnings}${verdict}.`
}

const GENRE_PHRASES: Record<string, string> = {
  Action: 'action film',
  Adventure: 'adventure',
  'Black Comedy': 'black comedy',
  Comedy: 'comedy',
  'Concert/Performance': 'concert film',
  Documentary: 'documentary',
  Drama: 'drama',
  Horror: 'horror film',
  Musical: 'musical',
  'Romantic Comedy': 'romantic comedy',
  'Thriller/Suspense': 'thriller',
  Western: 'western',
}

const TYPE_PHRASES: Record<string, string> = {
  'Contemporary Fiction': 'contemporary',
  'Historical Fiction': 'historical',
  'Science Fiction': 'science-fiction',
  Fantasy: 'fantasy',
  'Kids Fiction': 'children’s',
  'Super Hero': 'superhero',
  Dramatization: 'true-life',
}

const SOURCE_PHRASES: Record<string, string> = {
  'Based on Book/Short Story': 'based on a book',
  'Based on Play': 'based on a play',
  'Based on Comic/Graphic Novel': 'based on a comic',
  'Based on Real Life Events': 'based on real events',
  'Based on Magazine Article': 'based on a magazine article',
  'Based on Game': 'based on a game',
  'Based on TV': 'based on a television series',
  'Based on Musical/Opera': 'based on a stage musical',
  'Based on Short Film': 'based on a short film',
  'Based on Factual Book/Article': 'based on a work of non-fiction',
  'Traditional/Legend/Fairytale': 'based on an old tale',
  'Original Screenplay': 'from an original screenplay',
  Remake: 'a remake',
  'Spin-Off': 'a spin-off',
}
