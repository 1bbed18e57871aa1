import type { Metadata } from 'next'
import { connection } from 'next/server'
import { CacheContent } from 'react-cache-content/next'
import { GENRES } from '../_data/vocabulary'
import { GenreTile } from '../_lists/GenreTile'
import { CachePanel } from '../_panel/CachePanel'

export const metadata: Metadata = { title: 'Genres' }

export default async function GenresPage() {
  await connection()
  return (
    <>
      <CacheContent name="genres/index">
        <section className="genre-wall page" aria-labelledby="genres-title">
          <h1 id="genres-title">Genres</h1>
          <ul>
            {GENRES.map((genre) => (
              <GenreTile key={genre} genre={genre} />
            ))}
          </ul>
        </section>
      </CacheContent>
      <CachePanel />
    </>
  )
}
