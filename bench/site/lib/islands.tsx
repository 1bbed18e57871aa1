'use client'
import { useEffect, useState } from 'react'

declare global {
  interface Window {
    /** Set by the benchmark, which the last island to hydrate tells. */
    islandsToCome?: number
    islandsHydrated?(nothing: string): void
  }
}

function useHydrationCount() {
  useEffect(() => {
    if (window.islandsToCome === undefined) return
    window.islandsToCome--
    if (window.islandsToCome === 0) window.islandsHydrated?.('')
  }, [])
}

export function Save({ id }: { id: number }) {
  const [saved, setSaved] = useState(false)
  useHydrationCount()
  return (
    <button type="button" aria-pressed={saved} onClick={() => setSaved(!saved)}>
      {saved ? 'Saved' : 'Save'} {id}
    </button>
  )
}

export function Vote({ votes }: { votes: number }) {
  const [count, setCount] = useState(votes)
  useHydrationCount()
  return (
    <button type="button" onClick={() => setCount(count + 1)}>
      {count} votes
    </button>
  )
}
