import { AntdRegistry } from '@ant-design/nextjs-registry'
import { Fragment, type ReactNode, Suspense } from 'react'
import { Steering } from '../../client/Steering'

// The registry calls Math.random(), which `cacheComponents` allows in a boundary only.
const Boundary = process.env.CACHE_COMPONENTS === '1' ? Suspense : Fragment

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <Steering />
        <Boundary>
          <AntdRegistry>{children}</AntdRegistry>
        </Boundary>
      </body>
    </html>
  )
}
