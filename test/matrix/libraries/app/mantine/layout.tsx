import { ColorSchemeScript, MantineProvider, mantineHtmlProps } from '@mantine/core'
import '@mantine/core/styles.css'
import type { ReactNode } from 'react'
import { Steering } from '../../client/Steering'

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" {...mantineHtmlProps}>
      <head>
        <ColorSchemeScript />
      </head>
      <body>
        <Steering />
        <MantineProvider>{children}</MantineProvider>
      </body>
    </html>
  )
}
