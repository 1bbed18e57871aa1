import Image from 'next/image'
import type { ReactNode } from 'react'
import type { Film } from '../_data/film'
import { pickPoster } from './pickPoster'

interface Props {
  film: Film
  size: keyof typeof WIDTHS
  /** Whether the browser loads the poster before all others, because it is the first on the page. */
  preload?: boolean
  /** The title, shown at the foot of the poster. */
  children?: ReactNode
}

/** The greatest widths at which the style sheets show a poster, in pixels. */
const WIDTHS = { thumb: 54, card: 240, sheet: 400 }

export function Poster({ film, size, preload = false, children }: Props) {
  const width = WIDTHS[size]
  return (
    <div className={`poster poster-${size}`}>
      <Image
        src={pickPoster(film)}
        width={width}
        height={width * 1.5}
        alt={`Poster of ${film.title}`}
        preload={preload}
      />
      {children && (
        <div className={`poster-title${film.title.length > 24 ? ' poster-long' : ''}`}>
          {children}
          {film.year !== null && <small>{film.year}</small>}
        </div>
      )}
    </div>
  )
}
