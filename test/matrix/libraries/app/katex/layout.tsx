import 'katex/dist/katex.min.css'
import type { ReactNode } from 'react'
import { Steering } from '../../client/Steering'

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <Steering />
        {children}
      </body>
    </html>
  )
}
