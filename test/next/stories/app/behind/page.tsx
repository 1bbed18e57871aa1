import { unstable_cache } from 'next/cache'
import { CacheContent } from 'react-cache-content/next'
import { Story } from '../../site/Story'

const lasting = unstable_cache(async () => 'lasting', ['lasting'])

/** A fragment inside another, beside data that Next keeps for ever. */
export default async function Page() {
  const text = await lasting()
  return (
    <CacheContent name="behind">
      <h1>{text}</h1>
      <Story obj="story:2" />
    </CacheContent>
  )
}
