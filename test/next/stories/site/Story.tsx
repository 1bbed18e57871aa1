import { CacheContent, registerContent } from 'react-cache-content/next'
import { read } from './values'

export function Story({ obj }: { obj: string }) {
  return (
    <CacheContent name="story" vary={[obj]}>
      <Text obj={obj} />
    </CacheContent>
  )
}

async function Text({ obj }: { obj: string }) {
  registerContent(obj)
  return <p>{read(obj)}</p>
}
