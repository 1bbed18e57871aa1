import type { ReactNode } from 'react'
import { Steering } from '../client/Steering'

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <Steering />
        {children}
      </body>
    </html>
  )
}
