'use client'

import { useTheme } from 'next-themes'
import type { ReactNode } from 'react'

/** Sets the theme, and contains content from the server. */
export function ThemeToggle({ children }: { children: ReactNode }) {
  const { setTheme } = useTheme()
  return (
    <div>
      <button type="button" onClick={() => setTheme('dark')}>
        dark
      </button>
      <button type="button" onClick={() => setTheme('light')}>
        light
      </button>
      {children}
    </div>
  )
}
