import type { ReactNode } from 'react'

/** React's `renderToString`, or a function like it. */
export type RenderHtml = (node: ReactNode) => string
