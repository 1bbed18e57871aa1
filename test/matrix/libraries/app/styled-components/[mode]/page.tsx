import { createPage } from '../../../createPage'
import { StyledPage } from '../StyledPage'

export default createPage('styled-components', StyledPage)
