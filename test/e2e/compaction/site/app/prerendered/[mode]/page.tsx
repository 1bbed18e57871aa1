import { Suspense } from 'react'
import { Query } from '../../../client/Query'
import type { Mode } from '../../../Fragment'
import { Story } from '../../../scenes/Story'

export function generateStaticParams() {
  return [{ mode: 'plain' }, { mode: 'cached' }]
}

/** A prerendered page with two fragments. Next leaves the second one to the browser. */
export default async function Page({ params }: { params: Promise<{ mode: Mode }> }) {
  const { mode } = await params
  return (
    <main data-page={`prerendered/${mode}`}>
      <Story mode={mode} name="prerendered" />
      <Suspense fallback={<p>in the browser</p>}>
        <Query />
        <Story mode={mode} name="left to the browser" />
      </Suspense>
    </main>
  )
}
