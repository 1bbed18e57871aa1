import { prerenderComponent } from 'react-cache-content/next'
import { Save } from './islands'

export const DeclaredSave = prerenderComponent(Save)
