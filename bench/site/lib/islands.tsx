'use client'
import { useState } from 'react'

export function Save({ id }: { id: number }) {
  const [saved, setSaved] = useState(false)
  return (
    <button type="button" aria-pressed={saved} onClick={() => setSaved(!saved)}>
      {saved ? 'Saved' : 'Save'} {id}
    </button>
  )
}

export function Vote({ votes }: { votes: number }) {
  const [count, setCount] = useState(votes)
  return (
    <button type="button" onClick={() => setCount(count + 1)}>
      {count} votes
    </button>
  )
}
