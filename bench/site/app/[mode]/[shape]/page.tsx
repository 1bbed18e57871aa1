import { notFound } from 'next/navigation'
import { Suspense } from 'react'
import { editItem } from '../../../lib/editItem'
import { isMode } from '../../../lib/mode'
import { Page } from '../../../lib/Page'
import { isShape } from '../../../lib/shapes'

interface Props {
  params: Promise<{ mode: string; shape: string }>
  searchParams: Promise<{ wait?: string; copy?: string }>
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
  const { wait = 0, copy = 0 } = await searchParams
  if (mode === 'edit') await editItem(shape, Number(copy))
  return <Page mode={mode} shape={shape} wait={Number(wait)} copy={Number(copy)} />
}
