import type { ReactNode } from 'react'

interface LayoutProps {
  readonly children: ReactNode
  readonly params: Promise<{ locale: string }>
}

/** A language that the build does not render has a page, too. */
export function generateStaticParams() {
  return [{ locale: 'a' }, { locale: 'kept' }]
}

export default async function RootLayout({ children, params }: LayoutProps) {
  return (
    <html lang={(await params).locale}>
      <body>{children}</body>
    </html>
  )
}
