import { cacheLife } from 'next/cache'
import { Shown } from '../../../site/idPage'
import { showCms } from '../../../site/show'

async function load() {
  'use cache'
  cacheLife({ revalidate: 1, expire: 3600 })
  return showCms('brief', 'brief/a')
}

export default async function Page() {
  return <Shown>{await load()}</Shown>
}
