import { Film } from '../../../../site/Film'
import { idPage } from '../../../../site/idPage'

export { generateStaticParams } from '../../../../site/idPage'

export default idPage((id) => <Film of={`fragment/${id}`} />)
