'use client'

import { type ReactNode, useState } from 'react'

/** Shows one of two contents from the server, and mounts the other one on a click. */
export function Switch({ first, second }: { first: ReactNode; second: ReactNode }) {
  const [isSecond, setIsSecond] = useState(false)
  return (
    <div>
      <button type="button" data-button="switch" onClick={() => setIsSecond(!isSecond)}>
        switch
      </button>
      {isSecond ? <div key="second">{second}</div> : <div key="first">{first}</div>}
    </div>
  )
}
