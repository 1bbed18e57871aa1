'use client'

export function FailsOnServer() {
  if (typeof window === 'undefined') throw new Error('Only in the browser.')
  return <h3>browser</h3>
}
