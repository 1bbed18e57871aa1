'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useTransition } from 'react'

declare global {
  interface Window {
    /** For tests that go where no link leads. */
    router?: ReturnType<typeof useRouter>
    /** Loads the page's data anew. */
    refresh?(): void
    /** Whether what was loaded anew is not yet shown. */
    refreshing?: boolean
  }
}

export function Steering() {
  const router = useRouter()
  const [isPending, startTransition] = useTransition()
  useEffect(() => {
    window.router = router
    window.refresh = () => {
      window.refreshing = true
      startTransition(() => router.refresh())
    }
  }, [router])
  useEffect(() => {
    window.refreshing = isPending
  }, [isPending])
  return null
}
