import { connection } from 'next/server'
import { Suspense } from 'react'
import type { Mode } from '../../../Fragment'
import { scenes } from '../../../scenes'

interface Props {
  readonly params: Promise<{ mode: Mode; scene: string }>
}

export default function Page({ params }: Props) {
  if (process.env.CACHE_COMPONENTS !== '1') return <Scene params={params} />
  return (
    <Suspense fallback={<p>shell</p>}>
      <Scene params={params} />
    </Suspense>
  )
}

async function Scene({ params }: Props) {
  await connection()
  const { mode, scene } = await params
  const Content = scenes[scene]
  return <main data-page={`${mode}/${scene}`}>{Content && <Content mode={mode} />}</main>
}
