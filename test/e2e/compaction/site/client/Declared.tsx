'use client'

import { createContext, lazy, type ReactNode, useContext, useEffect, useId, useRef, useState } from 'react'

/** Counts the renders of a component on the server. */
function countRender(name: string): void {
  const shared = globalThis as unknown as Record<symbol, { eventLog: Map<string, number> } | undefined>
  const log = shared[Symbol.for('fixture.desk')]?.eventLog
  log?.set(`render ${name}`, (log.get(`render ${name}`) ?? 0) + 1)
}

/** Has no behaviour. */
export function Badge({ tone, children }: { tone: string; children: ReactNode }) {
  countRender('Badge')
  return (
    <b className={`badge ${tone}`} style={{ padding: 2, backgroundColor: 'beige' }}>
      {children} {tone}
    </b>
  )
}

/** Renders text without an element. */
export function Day({ date }: { date: Date }) {
  return date.toISOString().slice(0, 10)
}

export function Pair({ first, second }: { first: string; second: string }) {
  return (
    <>
      <dt>{first}</dt>
      <dd>{second}</dd>
    </>
  )
}

/** Hydrates, and its first HTML depends on its props alone. */
export function PressButton({ label, disabled = false }: { label: string; disabled?: boolean }) {
  countRender('PressButton')
  const [count, setCount] = useState(0)
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (button.current) button.current.live = true
  }, [])
  return (
    <button
      ref={button}
      type="button"
      data-island={label}
      disabled={disabled}
      onClick={() => setCount(count + 1)}
    >
      {label} & pressed {count} times
    </button>
  )
}

const Theme = createContext('light')

export function DarkTheme({ children }: { children: ReactNode }) {
  return <Theme value="dark">{children}</Theme>
}

/** Depends on what is around it. */
export function Themed({ label }: { label: string }) {
  return <i className={useContext(Theme)}>{label}</i>
}

/** Depends on its place. */
export function Labelled({ label }: { label: string }) {
  const id = useId()
  return <label htmlFor={id}>{label}</label>
}

let renders = 0

/** Claims to depend on its props alone. */
export function Impure({ label }: { label: string }) {
  return (
    <i>
      {label} {typeof window === 'undefined' ? ++renders : ''}
    </i>
  )
}

/** Waits for another component. */
const Waiting = lazy(async () => ({ default: () => <i className={useContext(Theme)}>lazy</i> }))

export function Patient({ label }: { label: string }) {
  return (
    <span>
      {label} <Waiting />
    </span>
  )
}

/** Has behaviour, and is declared to have none. */
export function Handled({ label }: { label: string }) {
  return (
    <em data-handled={label} onClick={({ currentTarget }) => (currentTarget.dataset.handled = 'clicked')}>
      {label}
    </em>
  )
}
