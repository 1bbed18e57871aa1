import { cacheLife, cacheTag } from 'next/cache'
import type { IdParams } from '../../../../site/idPage'
import { showCms } from '../../../../site/show'

export { generateStaticParams } from '../../../../site/idPage'

async function load(key: string) {
  'use cache'
  cacheLife('hours')
  cacheTag(key)
  return showCms('feed', key)
}

export async function GET(_: Request, { params }: IdParams): Promise<Response> {
  return new Response(await load(`cached-feed/${(await params).id}`))
}
