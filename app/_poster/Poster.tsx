import type { ReactNode } from 'react'
import type { Film } from '../_data/film'
import { motifOf } from './motifs'
import { paletteOf } from './palette'
import { randomOf } from './random'

interface Props {
  film: Film
  size: 'thumb' | 'card' | 'sheet'
  /** The title, set at the foot of the poster. */
  children?: ReactNode
}

/** A poster made of nothing but the record: the genre gives colours and motifs, the title picks and turns them. */
export function Poster({ film, size, children }: Props) {
  const random = randomOf(film.slug)
  const palette = paletteOf(film.genre, random)
  return (
    <div className={`poster poster-${size}`} style={{ background: palette.paper }}>
      <svg viewBox="0 0 100 150" preserveAspectRatio="xMidYMin slice" aria-hidden="true" focusable="false">
        {motifOf(film.genre, random)(palette, random)}
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
