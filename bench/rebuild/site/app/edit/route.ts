import { expireObj, publishContent, refreshObj } from '../../lib/cache'
import { editStory, storyKey } from '../../lib/newsroom'

export const dynamic = 'force-dynamic'

const ways: Record<string, (key: string) => Promise<unknown>> = {
  expire: (key) => expireObj(key),
  refresh: (key) => refreshObj(key),
  publish: (key) => publishContent(key),
}

/** Changes a story, and tells of it in the way that is asked for. */
export async function POST(request: Request) {
  const { story, how } = await request.json()
  const version = editStory(story)
  const at = performance.timeOrigin + performance.now()
  await ways[how]?.(storyKey(story))
  return Response.json({ version, at })
}
