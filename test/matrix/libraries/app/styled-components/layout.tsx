import type { ReactNode } from 'react'
import { Steering } from '../../client/Steering'
import { Registry } from './Registry'

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <Steering />
        <Registry>{children}</Registry>
      </body>
    </html>
  )
}
