import { createPage } from '../../../createPage'
import { ChakraPage } from '../ChakraPage'

export default createPage('chakra', ChakraPage)
