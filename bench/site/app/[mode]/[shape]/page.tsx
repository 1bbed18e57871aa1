import { notFound } from 'next/navigation'
import { isMode } from '../../../lib/mode'
import { Page } from '../../../lib/Page'
import { isShape } from '../../../lib/shapes'

export const dynamic = 'force-dynamic'

interface Props {
  params: Promise<{ mode: string; shape: string }>
  searchParams: Promise<{ wait?: string }>
}

export default async function Rendered({ params, searchParams }: Props) {
  const { mode, shape } = await params
  if (!isMode(mode) || !isShape(shape)) notFound()
  const { wait } = await searchParams
  return <Page mode={mode} shape={shape} wait={Number(wait ?? 0)} />
}
