import { CacheContent } from 'react-cache-content/next'
import { loadFilm } from './cms'

async function Film({ id }: { id: number }) {
  return <b>{await loadFilm(id)}</b>
}

/** A fragment with several films. */
export function Films({ first, count }: { first: number; count: number }) {
  const ids = Array.from({ length: count }, (_, index) => first + index)
  return (
    <CacheContent name="films" vary={[first, count]}>
      <ul>
        {ids.map((id) => (
          <li key={id}>
            <CacheContent name="film" vary={[id]}>
              <Film id={id} />
            </CacheContent>
          </li>
        ))}
      </ul>
    </CacheContent>
  )
}
