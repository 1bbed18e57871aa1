import { notFound } from 'next/navigation'
import { costOf } from '../../../lib/cost'
import { isMode } from '../../../lib/mode'
import { Page } from '../../../lib/Page'
import { isShape } from '../../../lib/shapes'

export const dynamic = 'force-dynamic'

interface Props {
  params: Promise<{ mode: string; shape: string }>
  searchParams: Promise<{ wait?: string; work?: string }>
}

export default async function Rendered({ params, searchParams }: Props) {
  const { mode, shape } = await params
  if (!isMode(mode) || !isShape(shape)) notFound()
  return <Page mode={mode} shape={shape} cost={costOf(await searchParams)} />
}
