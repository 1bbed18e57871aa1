import { expireObj } from 'react-cache-content/next'
import { values } from '../../site/values'

export async function POST(request: Request): Promise<Response> {
  const { write = {}, expire } = (await request.json()) as { write?: Record<string, string>; expire?: string }
  for (const [key, value] of Object.entries(write)) values.set(key, value)
  return Response.json(expire === undefined ? {} : await expireObj(expire))
}
