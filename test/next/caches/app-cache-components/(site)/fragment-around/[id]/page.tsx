import { cacheLife, cacheTag } from 'next/cache'
import { CacheContent, registerContent } from 'react-cache-content/next'
import { idPage } from '../../../../site/idPage'
import { showCms } from '../../../../site/show'

export { generateStaticParams } from '../../../../site/idPage'

async function load(key: string) {
  'use cache'
  cacheLife('hours')
  cacheTag(key)
  registerContent(`film:${key}`)
  return showCms('inside', key)
}

async function Content({ of: key }: { of: string }) {
  return <p>{await load(key)}</p>
}

/** A fragment with the result of a `'use cache'` function. */
export default idPage((id) => (
  <CacheContent name="around" vary={[id]}>
    <Content of={`fragment-around/${id}`} />
  </CacheContent>
))
