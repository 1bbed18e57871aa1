import { unstable_cache } from 'next/cache'
import { Shown } from '../../../site/idPage'
import { showCms } from '../../../site/show'

const load = unstable_cache(() => showCms('drafted', 'drafted/a'), ['drafted'], { tags: ['drafted/a'] })

/** An editor in draft mode sees the newest value. */
export default async function Page() {
  return <Shown>{await load()}</Shown>
}
