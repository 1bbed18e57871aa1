import type { ReactNode } from 'react'
import { Steering } from '../../client/Steering'
import { Provider } from './Provider'

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" suppressHydrationWarning>
      <body>
        <Steering />
        <Provider>{children}</Provider>
      </body>
    </html>
  )
}
