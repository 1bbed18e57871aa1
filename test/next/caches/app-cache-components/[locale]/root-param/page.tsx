import { cacheLife, cacheTag } from 'next/cache'
import { locale } from 'next/root-params'
import { Shown } from '../../../site/idPage'
import { showCms } from '../../../site/show'

async function load() {
  'use cache'
  cacheLife('hours')
  const key = `root-param/${await locale()}`
  cacheTag(key)
  return showCms('root', key)
}

export default async function Page() {
  return <Shown>{await load()}</Shown>
}
