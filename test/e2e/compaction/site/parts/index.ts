import type { ComponentType } from 'react'
import { Attributes } from './attributes'
import { Boundaries } from './boundaries'
import { Foreign } from './foreign'
import { Forms } from './forms'
import { Hoisted } from './hoisted'
import { Islands } from './islands'
import { Media } from './media'
import { OwnHtml } from './ownHtml'
import { Tables } from './tables'
import { Text } from './text'
import { Tricky } from './tricky'

/** Every kind of element that a page can hold. */
export const parts: Record<string, ComponentType> = {
  Attributes,
  Boundaries,
  Foreign,
  Forms,
  Hoisted,
  Islands,
  Media,
  OwnHtml,
  Tables,
  Text,
  Tricky,
}
