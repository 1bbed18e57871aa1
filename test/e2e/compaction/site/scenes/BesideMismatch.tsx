import { Suspense } from 'react'
import { Island } from '../client/Island'
import { Mismatch } from '../client/Mismatch'
import type { Mode } from '../Fragment'
import { Story } from './Story'

/** There is no boundary around the mismatch, so React renders the whole document again. */
export function BesideMismatch({ mode }: { mode: Mode }) {
  return (
    <>
      <Mismatch />
      <Story mode={mode} name="beside" />
    </>
  )
}

export function InMismatchedBoundary({ mode }: { mode: Mode }) {
  return (
    <>
      <Island label="outside" />
      <Suspense fallback={<p>again</p>}>
        <Mismatch />
        <Story mode={mode} name="in boundary" />
      </Suspense>
    </>
  )
}
