import { cacheTag } from 'next/cache'
import { CacheContent } from 'react-cache-content/next'
import { note, read } from '../../../site/desk'
import { Item } from '../../../site/Item'
import { requestPage } from '../../../site/requestPage'

async function Cached({ id }: { id: string }) {
  'use cache'
  note(`render cached ${id}`)
  return <Item obj={`${id}/a`} />
}

async function readTagged(id: string) {
  'use cache'
  cacheTag(`tag ${id}`)
  return read(`${id}/a`)
}

async function Tagged({ id }: { id: string }) {
  note(`render tagged ${id}`)
  return <p>{`${id}/a=${await readTagged(id)}`}</p>
}

/** Fragments and `'use cache'` within each other. */
export default requestPage(({ id, query }) => {
  if (query.order === 'fragment in cache') return <Cached id={id} />
  return (
    <CacheContent name="outside" vary={[id]}>
      {query.order === 'cache in fragment' ? <Tagged id={id} /> : <Cached id={id} />}
    </CacheContent>
  )
})
