import { PHASE_PRODUCTION_BUILD } from 'next/constants.js'

/** Whether this process belongs to `next build`. */
export function isBuildPhase(): boolean {
  return process.env.NEXT_PHASE === PHASE_PRODUCTION_BUILD
}
