'use client'

import { useEffect, useRef, useState } from 'react'
import { plural } from '../_lib/format'
import type { Feed } from './_feed/feed'

/** Milliseconds: more often, nobody could listen to anything else. */
const EVERY = 20_000

/** For who hears the page: now and then a sentence, instead of every line that comes. */
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
          `${plural(edits, 'edit')}, ${plural(rebuilt, 'page')} rebuilt, ${plural(failed, 'failure')} so far.`,
        )
    }, EVERY)
    return () => clearInterval(timer)
  }, [])
  return (
    <p className="live-summary" aria-live="polite">
      {sentence}
    </p>
  )
}
