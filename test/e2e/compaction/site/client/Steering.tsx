'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useTransition } from 'react'

declare global {
  interface Window {
    /** Lets a test navigate without a link. */
    router?: ReturnType<typeof useRouter>
    /** Refreshes the data of the page. */
    refresh?(): void
    /** Whether the refreshed data is not shown yet. */
    isRefreshing?: boolean
  }
}

export function Steering() {
  const router = useRouter()
  const [isPending, startTransition] = useTransition()
  useEffect(() => {
    window.router = router
    window.refresh = () => {
      window.isRefreshing = true
      startTransition(() => router.refresh())
    }
  }, [router])
  useEffect(() => {
    window.isRefreshing = isPending
  }, [isPending])
  return null
}
