import { cacheLife, cacheTag } from 'next/cache'
import { registerContent } from 'react-cache-content/next'
import { idPage } from '../../../../site/idPage'
import { showCms } from '../../../../site/show'

export { generateStaticParams } from '../../../../site/idPage'

async function load(key: string) {
  'use cache'
  cacheLife('hours')
  cacheTag(key)
  registerContent(`film:${key}`)
  return showCms('registered', key)
}

export default idPage((id) => load(`registered/${id}`))
