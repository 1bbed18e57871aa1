import { expireObj, refreshObj } from '../../lib/cache'

export async function POST(request: Request): Promise<Response> {
  const { expire, refresh } = await request.json()
  if (expire) await expireObj(expire)
  if (refresh) await refreshObj(refresh)
  return new Response('done')
}
