'use client'

/** React cannot hydrate this component. It renders the component and everything around it again. */
export function Mismatch() {
  return typeof window === 'undefined' ? <p>server</p> : <h3>browser</h3>
}
