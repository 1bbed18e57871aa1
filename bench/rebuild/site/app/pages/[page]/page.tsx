import { CacheContent, registerContent } from '../../../lib/cache'
import { loadStory, storyKey } from '../../../lib/newsroom'
import { isWorkerRequest, RequestCounter } from '../../../lib/RequestCounter'

export const dynamic = 'force-dynamic'

const STORIES = [0, 1, 2, 3]

/** Four stories, each of which is a fragment, and a fragment with a nested fragment per teaser. */
export default async function NewsPage({ params }: { params: Promise<{ page: string }> }) {
  const page = Number((await params).page)
  const ids = STORIES.map((index) => page * STORIES.length + index)
  const isWorker = await isWorkerRequest()
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
      <RequestCounter isWorker={isWorker} />
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
      {PARAGRAPHS.map((index) => (
        <p key={index}>
          A sentence or two that say what <em>this</em> is about, so that a reader knows whether to go on.
        </p>
      ))}
    </article>
  )
}
