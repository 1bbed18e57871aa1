import { cacheLife, cacheTag } from 'next/cache'
import { idPage } from '../../../../site/idPage'
import { show, showCms } from '../../../../site/show'

export { generateStaticParams } from '../../../../site/idPage'

async function loadInner(key: string) {
  'use cache'
  cacheLife('hours')
  cacheTag(key)
  return showCms('inner', key)
}

async function loadOuter(key: string) {
  'use cache'
  cacheLife('days')
  cacheTag(`outer:${key}`)
  return `${show('outer', '-')} ${await loadInner(key)}`
}

export default idPage((id) => loadOuter(`inner/${id}`))
