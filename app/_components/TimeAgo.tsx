'use client'

import { useSyncExternalStore } from 'react'

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

const relativeTime = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/**
 * Shows a time relative to now, such as "3 minutes ago". Cached output may be shown much later, so it must not
 * contain the relative time. The server renders the absolute time, and the browser replaces it with the
 * relative one and keeps it up to date.
 */
export function TimeAgo({ at }: { at: string }) {
  const tick = useSyncExternalStore(subscribeToTicks, getTick, getServerTick)
  return (
    <time dateTime={at} title={formatAbsolute(at)}>
      {tick === null ? formatAbsolute(at) : formatRelative(at)}
    </time>
  )
}

function formatRelative(at: string): string {
  const seconds = Math.max(0, (Date.now() - Date.parse(at)) / 1000)
  const unit = UNITS.find(([, length]) => seconds >= length)
  return unit ? relativeTime.format(-Math.floor(seconds / unit[1]), unit[0]) : 'just now'
}

const formatAbsolute = (at: string) => `${at.slice(0, 10)}, ${at.slice(11, 16)} UTC`

function subscribeToTicks(onTick: () => void): () => void {
  const timer = setInterval(onTick, 15_000)
  return () => clearInterval(timer)
}
const getTick = () => Math.floor(Date.now() / 15_000)
const getServerTick = () => null
