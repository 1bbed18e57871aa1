'use client'

import { type ReactNode, useEffect, useId, useRef, useState } from 'react'

declare global {
  interface HTMLElement {
    /** Set when React has hydrated or mounted an island. */
    live?: boolean
  }
}

/** A client component with state, and with children from the server. */
export function Island({ label, children }: { label: string; children?: ReactNode }) {
  const [count, setCount] = useState(0)
  const element = useRef<HTMLElement>(null)
  const id = useId()
  useEffect(() => {
    if (element.current) element.current.live = true
  }, [])
  return (
    <span ref={element} id={id} data-island={label} data-count={count}>
      <button type="button" onClick={() => setCount(count + 1)}>
        {label} clicked {count} times
      </button>
      {children}
    </span>
  )
}
