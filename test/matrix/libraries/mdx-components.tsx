import type { MDXComponents } from 'mdx/types'
import Link from 'next/link'

/** The components of all MDX files, as @next/mdx requires. */
export function useMDXComponents(): MDXComponents {
  return {
    h2: ({ children }) => <h2 className="section">{children}</h2>,
    a: ({ href, children }) => <Link href={href ?? '/'}>{children}</Link>,
  }
}
