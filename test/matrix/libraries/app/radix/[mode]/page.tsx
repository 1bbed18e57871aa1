import { createPage } from '../../../createPage'
import { RadixPage } from '../RadixPage'

export default createPage('radix', RadixPage)
