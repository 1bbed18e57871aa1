import { createPage } from '../../../createPage'
import { MuiPage } from '../MuiPage'

export default createPage('mui', MuiPage)
