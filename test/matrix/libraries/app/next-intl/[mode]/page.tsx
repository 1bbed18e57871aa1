import { createPage } from '../../../createPage'
import { IntlPage } from '../IntlPage'

export default createPage('next-intl', IntlPage)
