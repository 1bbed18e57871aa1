import type { ElementType, ReactElement } from 'react'
import { jsx, jsxs } from 'react/jsx-runtime'
import { markKeysValidated } from '../reactInternals.ts'
import type { Props } from './shape.ts'

/** Returns the element with other children. */
export function withChildren({ type, key, props }: ReactElement<Props>, children: unknown): ReactElement {
  const make = Array.isArray(children) ? jsxs : jsx
  return markKeysValidated(make(type as ElementType, { ...props, children }, key ?? undefined))
}
