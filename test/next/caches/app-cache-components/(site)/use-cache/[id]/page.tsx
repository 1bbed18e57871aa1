import { cacheLife, cacheTag } from 'next/cache'
import { idPage } from '../../../../site/idPage'
import { showCms } from '../../../../site/show'

export { generateStaticParams } from '../../../../site/idPage'

async function load(key: string) {
  'use cache'
  cacheLife('hours')
  cacheTag(key, 'use-cache/all')
  return showCms('cached', key)
}

export default idPage((id) => load(`use-cache/${id}`))
