import { expireObj, publishContent, refreshObj } from '../../lib/cache'
import { editObject } from '../../lib/versions'

export const dynamic = 'force-dynamic'

const strategies: Record<string, (key: string) => Promise<unknown>> = {
  expire: (key) => expireObj(key),
  refresh: (key) => refreshObj(key),
  publish: (key) => publishContent(key),
}

/** Changes an object and announces the change with the requested strategy. */
export async function POST(request: Request) {
  const { key, mode } = await request.json()
  const version = editObject(key)
  const at = performance.timeOrigin + performance.now()
  await strategies[mode]?.(key)
  return Response.json({ version, at })
}
