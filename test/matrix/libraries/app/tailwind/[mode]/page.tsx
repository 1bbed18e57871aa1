import { createPage } from '../../../createPage'
import { TailwindPage } from '../TailwindPage'

export default createPage('tailwind', TailwindPage)
