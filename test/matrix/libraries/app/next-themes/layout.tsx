import { ThemeProvider } from 'next-themes'
import type { ReactNode } from 'react'
import { Steering } from '../../client/Steering'

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" suppressHydrationWarning>
      <body>
        <Steering />
        <ThemeProvider attribute="class">{children}</ThemeProvider>
      </body>
    </html>
  )
}
