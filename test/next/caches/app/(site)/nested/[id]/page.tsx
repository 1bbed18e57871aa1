import { unstable_cache } from 'next/cache'
import { idPage } from '../../../../site/idPage'
import { show, showCms } from '../../../../site/show'

export { generateStaticParams } from '../../../../site/idPage'

/** `unstable_cache` in another one. */
export default idPage((id) => {
  const key = `nested/${id}`
  const inner = unstable_cache(() => showCms('inner', key), ['inner', key], { tags: [`inner:${key}`] })
  const outer = async () => `${show('outer', '-')} ${await inner()}`
  return unstable_cache(outer, ['outer', key], { tags: [key] })()
})
