import { createPage } from '../../../createPage'
import { ShikiPage } from '../ShikiPage'

export default createPage('shiki', ShikiPage)
