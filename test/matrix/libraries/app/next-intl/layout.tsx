import { NextIntlClientProvider } from 'next-intl'
import type { ReactNode } from 'react'
import { Steering } from '../../client/Steering'

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <Steering />
        <NextIntlClientProvider>{children}</NextIntlClientProvider>
      </body>
    </html>
  )
}
