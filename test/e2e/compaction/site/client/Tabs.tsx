'use client'

import { type ReactNode, useState } from 'react'

export function Tabs({ first, second }: { first: ReactNode; second: ReactNode }) {
  const [isSecond, setIsSecond] = useState(false)
  return (
    <div>
      <button type="button" data-button="tab" onClick={() => setIsSecond(!isSecond)}>
        other tab
      </button>
      {isSecond ? <div key="second">{second}</div> : <div key="first">{first}</div>}
    </div>
  )
}
