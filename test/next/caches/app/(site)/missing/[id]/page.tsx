import { unstable_cache } from 'next/cache'
import { notFound } from 'next/navigation'
import { readCms } from '../../../../site/cms'
import { idPage } from '../../../../site/idPage'
import { show } from '../../../../site/show'

export { generateStaticParams } from '../../../../site/idPage'

/** Found only as long as the CMS has the key. */
export default idPage(async (id) => {
  const key = `missing/${id}`
  const value = await unstable_cache(() => readCms(key), [key], { tags: [key] })()
  if (value === null) notFound()
  return show('found', value)
})
