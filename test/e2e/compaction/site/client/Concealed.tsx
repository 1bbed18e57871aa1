'use client'

import { Activity, type ReactNode, useState } from 'react'

/** Hides its children at first, so the server does not write them. */
export function Concealed({ children }: { children: ReactNode }) {
  const [isShown, setIsShown] = useState(false)
  return (
    <div>
      <button type="button" data-button="reveal" onClick={() => setIsShown(!isShown)}>
        reveal
      </button>
      <Activity mode={isShown ? 'visible' : 'hidden'}>{children}</Activity>
    </div>
  )
}
