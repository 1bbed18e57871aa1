import { fetchCms } from '../../../../site/cms'
import { idPage } from '../../../../site/idPage'
import { show } from '../../../../site/show'

export { generateStaticParams } from '../../../../site/idPage'

export default idPage(async (id) => {
  const key = `fetched/${id}`
  return show('fetched', await fetchCms(key, { cache: 'force-cache', next: { tags: [key, 'fetched/all'] } }))
})
