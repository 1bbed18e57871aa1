'use client'

/** What React cannot hydrate: it then renders anew all that is around. */
export function Mismatch() {
  return typeof window === 'undefined' ? <p>server</p> : <h3>browser</h3>
}
