import type { ReactNode } from 'react'
import { Steering } from '../../client/Steering'
import 'swiper/css'
import 'swiper/css/pagination'

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
