'use client'
import { useEffect, useState } from 'react'

declare global {
  interface Window {
    /** Set by the benchmark: the number of islands that have not hydrated yet. */
    islandsToHydrate?: number
    /** Set by the benchmark. The last island calls it; the browser requires a string as its argument. */
    islandsHydrated?(payload: string): void
  }
}

function useHydrationCount() {
  useEffect(() => {
    if (window.islandsToHydrate === undefined) return
    window.islandsToHydrate--
    if (window.islandsToHydrate === 0) window.islandsHydrated?.('')
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
