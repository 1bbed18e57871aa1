import { createPage } from '../../../createPage'
import { KatexPage } from '../KatexPage'

export default createPage('katex', KatexPage)
