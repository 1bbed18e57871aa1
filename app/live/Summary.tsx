'use client'

import { useEffect, useRef, useState } from 'react'
import { pluralize } from '../_lib/format'
import type { Feed } from './_feed/feed'

/** A shorter interval would interrupt a screen reader too often. */
const INTERVAL_MS = 20_000

/** A live region for screen readers: a sentence at an interval instead of an announcement per event. */
export function Summary({ counts }: { counts: Feed['counts'] }) {
  const latest = useRef(counts)
  const [sentence, setSentence] = useState('')
  useEffect(() => {
    latest.current = counts
  }, [counts])
  useEffect(() => {
    const timer = setInterval(() => {
      const { edits, rebuilt, failed } = latest.current
      if (edits > 0)
        setSentence(
          `${pluralize(edits, 'edit')}, ${pluralize(rebuilt, 'page')} rebuilt, ${pluralize(failed, 'failure')} so far.`,
        )
    }, INTERVAL_MS)
    return () => clearInterval(timer)
  }, [])
  return (
    <p className="live-summary" aria-live="polite">
      {sentence}
    </p>
  )
}
