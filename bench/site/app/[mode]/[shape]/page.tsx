import { notFound } from 'next/navigation'
import { connection } from 'next/server'
import { Suspense } from 'react'
import { isMode } from '../../../lib/mode'
import { Page } from '../../../lib/Page'
import { isShape } from '../../../lib/shapes'

interface Props {
  params: Promise<{ mode: string; shape: string }>
  searchParams: Promise<{ wait?: string; copy?: string; prefetch?: string }>
}

export default function Rendered(props: Props) {
  if (process.env.BENCH_CACHE_COMPONENTS === 'off') return <Requested {...props} />
  // With `cacheComponents`, content that waits for the request needs a fallback.
  return (
    <Suspense fallback={<progress />}>
      <Requested {...props} />
    </Suspense>
  )
}

async function Requested({ params, searchParams }: Props) {
  const { mode, shape } = await params
  if (!isMode(mode) || !isShape(shape)) notFound()
  const { wait = 0, copy = 0, prefetch } = await searchParams
  // Most pages show data of which Next cannot know that it depends on the URL alone.
  if (!prefetch) await connection()
  return <Page mode={mode} shape={shape} wait={Number(wait)} copy={Number(copy)} />
}
