import { CacheContent, registerContent } from 'react-cache-content/next'
import { readTitle } from './films'

export function Film({ id }: { id: string }) {
  return (
    <CacheContent name="film" vary={[id]}>
      <Title id={id} />
    </CacheContent>
  )
}

async function Title({ id }: { id: string }) {
  registerContent(`film:${id}`)
  return <p>{readTitle(id, 'fragment')}</p>
}
