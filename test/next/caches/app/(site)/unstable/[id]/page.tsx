import { unstable_cache } from 'next/cache'
import { idPage } from '../../../../site/idPage'
import { showCms } from '../../../../site/show'

export { generateStaticParams } from '../../../../site/idPage'

export default idPage((id) => {
  const key = `unstable/${id}`
  return unstable_cache(() => showCms('unstable', key), [key], { tags: [key, 'unstable/all'] })()
})
