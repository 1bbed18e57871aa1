import { CacheContent, registerContent } from 'react-cache-content/next'
import { showCms } from './show'

/** A fragment that shows the object `film:<key>`. */
export function Film({ of: key }: { of: string }) {
  return (
    <CacheContent name="film" vary={[key]}>
      <FilmText of={key} />
    </CacheContent>
  )
}

async function FilmText({ of: key }: { of: string }) {
  registerContent(`film:${key}`)
  return <p>{await showCms('film', key)}</p>
}
