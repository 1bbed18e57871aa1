import { unstable_cache } from 'next/cache'
import { redirect } from 'next/navigation'
import { idPage } from '../../../../site/idPage'
import { showCms } from '../../../../site/show'

export { generateStaticParams } from '../../../../site/idPage'

export default idPage(async (id) => {
  const key = `redirect/${id}`
  redirect(`/live?${await unstable_cache(() => showCms('target', key), [key], { tags: [key] })()}`)
})
