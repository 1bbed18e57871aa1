import { createPage } from '../../../createPage'
import { MantinePage } from '../MantinePage'

export default createPage('mantine', MantinePage)
