'use client'

import { Activity, type ReactNode, useState } from 'react'

/** Hidden at first: the server writes nothing of it. */
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
