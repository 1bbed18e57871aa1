import { expireObj, refreshObj } from 'react-cache-content/next'

export async function POST(request: Request): Promise<Response> {
  const { expire, refresh } = await request.json()
  if (expire) await expireObj(expire)
  if (refresh) await refreshObj(refresh)
  return new Response('done')
}
