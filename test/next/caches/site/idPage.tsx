import type { ReactNode } from 'react'
import { createStamp } from './show'

export interface IdParams {
  readonly params: Promise<{ id: string }>
}

/** The ids that the build renders. All others are rendered at their first request. */
export function generateStaticParams() {
  return [{ id: 'a' }, { id: 'kept' }]
}

/** The code differs between two builds of a deploy. */
const EDITION = process.env.NEXT_PUBLIC_EDITION ?? 'first'

/** A page of one id, with a stamp of its own. */
export function idPage(render: (id: string) => ReactNode | Promise<ReactNode>) {
  return async function Page({ params }: IdParams) {
    const { id } = await params
    return <Shown>{await render(id)}</Shown>
  }
}

export function Shown({ children }: { children: ReactNode }) {
  return (
    <main>
      <p>{`page=${EDITION}@${createStamp()}`}</p>
      {children}
    </main>
  )
}
