import { Shown } from '../../../site/idPage'
import { showCms } from '../../../site/show'

export const revalidate = 1

export default async function Page() {
  return <Shown>{await showCms('brief', 'brief/a')}</Shown>
}
