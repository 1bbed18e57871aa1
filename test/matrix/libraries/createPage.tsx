import { connection } from 'next/server'
import { type ComponentType, Suspense } from 'react'
import type { Mode } from './Fragment'

interface PageProps {
  readonly params: Promise<{ mode: string }>
}

/**
 * Makes the pages of a library: `/<library>/cached` has fragments, `/<library>/plain` is its twin without them, and
 * `/<library>/home` is empty.
 */
export function createPage(library: string, Content: ComponentType<{ mode: Mode }>) {
  async function Scene({ params }: PageProps) {
    await connection()
    const { mode } = await params
    return (
      <main data-page={`${library}/${mode}`}>
        {mode === 'home' ? <h1>Home</h1> : <Content mode={mode as Mode} />}
      </main>
    )
  }

  return function Page({ params }: PageProps) {
    if (process.env.CACHE_COMPONENTS !== '1') return <Scene params={params} />
    return (
      <Suspense fallback={<p>shell</p>}>
        <Scene params={params} />
      </Suspense>
    )
  }
}
