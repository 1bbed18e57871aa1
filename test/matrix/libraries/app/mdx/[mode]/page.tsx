import { createPage } from '../../../createPage'
import { MdxPage } from '../MdxPage'

export default createPage('mdx', MdxPage)
