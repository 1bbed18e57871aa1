import { createPage } from '../../../createPage'
import { ThemesPage } from '../ThemesPage'

export default createPage('next-themes', ThemesPage)
