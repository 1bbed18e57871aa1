import { unstable_cache } from 'next/cache'
import type { IdParams } from '../../../../site/idPage'
import { showCms } from '../../../../site/show'

export { generateStaticParams } from '../../../../site/idPage'

export const dynamic = 'force-static'

export async function GET(_: Request, { params }: IdParams): Promise<Response> {
  const key = `feed/${(await params).id}`
  return new Response(await unstable_cache(() => showCms('feed', key), [key], { tags: [key] })())
}
