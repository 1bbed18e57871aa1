import { connection } from 'next/server'
import { Suspense } from 'react'
import type { Mode } from '../../../Fragment'
import { Story } from '../../../scenes/Story'

interface Props {
  readonly params: Promise<{ mode: Mode }>
}

/** Another route, with a fragment that the scenes also show. */
export default function Page({ params }: Props) {
  return (
    <Suspense fallback={<p>shell</p>}>
      <Elsewhere params={params} />
    </Suspense>
  )
}

async function Elsewhere({ params }: Props) {
  await connection()
  const { mode } = await params
  return (
    <main data-page={`elsewhere/${mode}`}>
      <Story mode={mode} />
    </main>
  )
}
