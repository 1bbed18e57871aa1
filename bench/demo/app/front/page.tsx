import { connection } from 'next/server'
import { CacheContent } from 'react-cache-content/next'
import { FrontPage } from '../../../../app/_front/FrontPage'

/** The front page of the demo, without the panel that reports on the cache. */
export default async function Front() {
  await connection()
  return (
    <CacheContent name="home/front">
      <FrontPage decade={null} chart="rating" />
    </CacheContent>
  )
}
