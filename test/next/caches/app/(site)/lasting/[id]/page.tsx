import { fetchCms } from '../../../../site/cms'
import { idPage } from '../../../../site/idPage'
import { show } from '../../../../site/show'

export { generateStaticParams } from '../../../../site/idPage'

/** Without a tag. */
export default idPage(async (id) => {
  const key = `lasting/${id}`
  const forced = await fetchCms(key, { cache: 'force-cache' })
  const timed = await fetchCms(`${key}?timed`, { next: { revalidate: 3600 } })
  return `${show('forced', forced)} ${show('timed', timed)}`
})
