import { unstable_cache } from 'next/cache'
import { Suspense } from 'react'
import { registerContent } from 'react-cache-content/next'
import { readTitle } from '../../../site/films'

/** A page that Next does not store, with a cached function and other data that Next stores. */
export default function Page({ params }: { params: Promise<{ id: string }> }) {
  return (
    <Suspense>
      <Summary params={params} />
    </Suspense>
  )
}

async function Summary({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const read = unstable_cache(async () => readTitle(id, 'extract'), ['extract', id], {
    tags: [`film-${id}`],
  })
  return (
    <p>
      {await readSummary(id)}, {await read()}
    </p>
  )
}

async function readSummary(id: string): Promise<string> {
  'use cache'
  registerContent(`film:${id}`)
  return readTitle(id, 'summary')
}
