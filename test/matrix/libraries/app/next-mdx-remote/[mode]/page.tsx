import { createPage } from '../../../createPage'
import { RemoteMdxPage } from '../RemoteMdxPage'

export default createPage('next-mdx-remote', RemoteMdxPage)
