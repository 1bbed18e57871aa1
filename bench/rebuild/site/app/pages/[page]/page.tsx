import { headers } from 'next/headers'
import { CacheContent, registerContent } from '../../../lib/cache'
import { loadStory, storyKey } from '../../../lib/newsroom'
import { countRequest } from '../../../lib/tally'

export const dynamic = 'force-dynamic'

const STORIES = [0, 1, 2, 3]

/** Four stories, each a fragment, and a fragment of their teasers, each a fragment within it. */
export default async function NewsPage({ params }: { params: Promise<{ page: string }> }) {
  const page = Number((await params).page)
  const ids = STORIES.map((at) => page * STORIES.length + at)
  const isWorker = (await headers()).has('x-content-cache-rebuild')
  return (
    <main>
      <CacheContent name="teasers" vary={[page]}>
        <ul>
          {ids.map((id) => (
            <CacheContent key={id} name="teaser" vary={[id]}>
              <Teaser id={id} />
            </CacheContent>
          ))}
        </ul>
      </CacheContent>
      {ids.map((id) => (
        <CacheContent key={id} name="story" vary={[id]}>
          <Story id={id} />
        </CacheContent>
      ))}
      <Counted isWorker={isWorker} />
    </main>
  )
}

async function Teaser({ id }: { id: number }) {
  registerContent(storyKey(id))
  const { headline } = await loadStory(id)
  return (
    <li>
      <a href={`#story-${id}`}>{headline}</a>
    </li>
  )
}

const PARAGRAPHS = [0, 1, 2, 3, 4, 5, 6, 7]

async function Story({ id }: { id: number }) {
  registerContent(storyKey(id))
  const { version, headline } = await loadStory(id)
  return (
    <article id={`story-${id}`} data-version={`${id}:${version}`}>
      <h2>{headline}</h2>
      {PARAGRAPHS.map((at) => (
        <p key={at}>
          A sentence or two that say what <em>this</em> is about, so that a reader knows whether to go on.
        </p>
      ))}
    </article>
  )
}

/** Shows nothing, and holds up nothing. Last, when all fragments of the page have begun. */
function Counted({ isWorker }: { isWorker: boolean }) {
  countRequest(isWorker)
  return null
}
