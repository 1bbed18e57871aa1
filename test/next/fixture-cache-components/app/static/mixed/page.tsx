import { connection } from 'next/server'
import { Suspense } from 'react'
import { Item } from '../../../site/Item'

async function AtRequest() {
  await connection()
  return <Item obj="mixed/request" />
}

/** One fragment in the prerendered shell, and one at request time. */
export default function Page() {
  return (
    <>
      <Item obj="mixed/shell" />
      <Suspense fallback={<p>later</p>}>
        <AtRequest />
      </Suspense>
    </>
  )
}
