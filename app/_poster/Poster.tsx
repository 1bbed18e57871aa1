import type { ReactNode } from 'react'
import type { Film } from '../_data/film'
import { createPalette } from './createPalette'
import { createRandom } from './createRandom'
import { pickMotif } from './pickMotif'

interface Props {
  film: Film
  size: 'thumb' | 'card' | 'sheet'
  /** The title, shown at the foot of the poster. */
  children?: ReactNode
}

/** A poster generated from the film's record: the genre selects colours and motifs, the slug varies them. */
export function Poster({ film, size, children }: Props) {
  const random = createRandom(film.slug)
  const palette = createPalette(film.genre, random)
  return (
    <div className={`poster poster-${size}`} style={{ background: palette.paper }}>
      <svg viewBox="0 0 100 150" preserveAspectRatio="xMidYMin slice" aria-hidden="true" focusable="false">
        {pickMotif(film.genre, random)(palette, random)}
      </svg>
      {children && (
        <div className={`poster-title${film.title.length > 24 ? ' poster-long' : ''}`}>
          {children}
          {film.year !== null && <small>{film.year}</small>}
        </div>
      )}
    </div>
  )
}
