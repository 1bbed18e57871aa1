import { connection } from 'next/server'
import { Suspense } from 'react'
import { showCms } from '../../../site/show'

/** Nothing of it is cached. */
export default function Page() {
  return (
    <Suspense>
      <Live />
    </Suspense>
  )
}

async function Live() {
  await connection()
  return <p>{await showCms('live', 'live/a')}</p>
}
