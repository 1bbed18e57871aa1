'use client'

import { useSyncExternalStore } from 'react'

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/**
 * "3 minutes ago" must not be part of cached output, which may be shown much later. The server renders
 * the moment itself, and the browser says how long ago that is, and goes on counting.
 */
export function TimeAgo({ at }: { at: string }) {
  const tick = useSyncExternalStore(everyTick, currentTick, noTick)
  return (
    <time dateTime={at} title={absolute(at)}>
      {tick === null ? absolute(at) : ago(at)}
    </time>
  )
}

function ago(at: string): string {
  const seconds = Math.max(0, (Date.now() - Date.parse(at)) / 1000)
  const unit = UNITS.find(([, length]) => seconds >= length)
  return unit ? relative.format(-Math.floor(seconds / unit[1]), unit[0]) : 'just now'
}

const absolute = (at: string) => `${at.slice(0, 10)}, ${at.slice(11, 16)} UTC`

function everyTick(onTick: () => void): () => void {
  const timer = setInterval(onTick, 15_000)
  return () => clearInterval(timer)
}
const currentTick = () => Math.floor(Date.now() / 15_000)
const noTick = () => null
