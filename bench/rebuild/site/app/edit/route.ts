import { expireObj, publishContent, refreshObj } from '../../lib/cache'
import { editStory, storyKey } from '../../lib/newsroom'

export const dynamic = 'force-dynamic'

const strategies: Record<string, (key: string) => Promise<unknown>> = {
  expire: (key) => expireObj(key),
  refresh: (key) => refreshObj(key),
  publish: (key) => publishContent(key),
}

/** Changes a story and announces the change with the requested strategy. */
export async function POST(request: Request) {
  const { story, mode } = await request.json()
  const version = editStory(story)
  const at = performance.timeOrigin + performance.now()
  await strategies[mode]?.(storyKey(story))
  return Response.json({ version, at })
}
