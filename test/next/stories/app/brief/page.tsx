import { CacheContent } from 'react-cache-content/next'
import { Story } from '../../site/Story'

/** The page must live no longer than the fragment with the shortest ttl, however deep it is. */
export default function Page() {
  return (
    <CacheContent name="week" ttl={7 * 24 * 3600}>
      <CacheContent name="minute" ttl={60} swr={240}>
        <Story obj="story:4" />
      </CacheContent>
    </CacheContent>
  )
}
