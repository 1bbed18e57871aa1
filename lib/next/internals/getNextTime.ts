import { areTagsExpired } from 'next/dist/server/lib/incremental-cache/tags-manifest.external.js'
import { monotonicNow } from '../../core/monotonicNow.ts'

/** Now, on the clock with which Next compares the times of pages: the wall clock before 16.3, the monotonic one since. */
export function getNextTime(): number {
  comparesByWall ??= /\bDate\.now\(/.test(String(areTagsExpired))
  return comparesByWall ? Date.now() : monotonicNow()
}

let comparesByWall: boolean | undefined
