import { idPage } from '../../../../site/idPage'
import { showCms } from '../../../../site/show'

export { generateStaticParams } from '../../../../site/idPage'

export const revalidate = 3600

export default idPage((id) => showCms('isr', `isr/${id}`))
