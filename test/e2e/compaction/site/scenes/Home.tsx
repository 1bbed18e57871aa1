import Link from 'next/link'

/** Links that Next prefetches. */
export function Home() {
  return (
    <>
      <Link href="/cached/story">story</Link>
      <Link href="/prerendered/cached">prerendered</Link>
      <Link href="/prerendered/plain">prerendered, plain</Link>
    </>
  )
}
