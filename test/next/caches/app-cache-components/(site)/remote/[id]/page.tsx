import { cacheLife, cacheTag } from 'next/cache'
import { idPage } from '../../../../site/idPage'
import { showCms } from '../../../../site/show'

export { generateStaticParams } from '../../../../site/idPage'

async function load(key: string) {
  'use cache: remote'
  cacheLife('max')
  cacheTag(key)
  return showCms('remote', key)
}

export default idPage((id) => load(`remote/${id}`))
