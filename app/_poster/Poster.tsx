import type { Film } from '../_data/film'
import { motifOf } from './motifs'
import { paletteOf } from './palette'
import { randomOf } from './random'

/**
 * A poster made of nothing but the record: the genre gives the motif and the colours, the title turns
 * them. Decoration beside a written title, so hidden from screen readers.
 */
export function Poster({ film, size }: { film: Film; size: 'thumb' | 'card' | 'sheet' }) {
  const random = randomOf(film.slug)
  const palette = paletteOf(film.genre, random)
  return (
    <div className={`poster poster-${size}`} style={{ background: palette.paper }} aria-hidden="true">
      <svg viewBox="0 0 100 150" preserveAspectRatio="xMidYMin slice" focusable="false">
        {motifOf(film.genre)(palette, random)}
      </svg>
      {size !== 'thumb' && (
        <div className="poster-title">
          <span className={film.title.length > 24 ? 'poster-long' : undefined}>{film.title}</span>
          {film.year !== null && <small>{film.year}</small>}
        </div>
      )}
    </div>
  )
}
