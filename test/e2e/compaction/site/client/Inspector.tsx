'use client'

import { Children, isValidElement, type ReactNode } from 'react'

/** Inspects its children, as component libraries do. */
export function Inspector({ children }: { children: ReactNode }) {
  return (
    <div data-kinds={Children.toArray(children).map(getKind).join()}>
      <i>{Children.count(children)}</i>
      {Children.map(children, (child) => (
        <div>{child}</div>
      ))}
    </div>
  )
}

function getKind(child: ReactNode): string {
  if (!isValidElement(child)) return JSON.stringify(child)
  return typeof child.type === 'string' ? child.type : 'component'
}
