'use client'

import { type ReactNode, useState } from 'react'

export function Removable({ name, children }: { name: string; children: ReactNode }) {
  const [isShown, setIsShown] = useState(true)
  return (
    <div>
      <button type="button" data-button={name} onClick={() => setIsShown(!isShown)}>
        {name}
      </button>
      {isShown && children}
    </div>
  )
}
