'use client'

import { type ReactNode, useId } from 'react'
import { usePanelOpen } from './usePanelOpen'

/** The bar, which is always visible, and the sheet that it opens. */
export function PanelSheet({ bar, children }: { bar: ReactNode; children: ReactNode }) {
  const [isOpen, setOpen] = usePanelOpen()
  const id = useId()
  return (
    <>
      <button
        type="button"
        className="panel-bar"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        <span className="panel-name">Cache</span>
        {bar}
        <svg className="panel-arrow" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
          <path d="M3 10.5 8 5.5l5 5" />
        </svg>
      </button>
      <div id={id} className="panel-sheet" hidden={!isOpen}>
        {children}
      </div>
    </>
  )
}
