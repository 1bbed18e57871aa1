import { connection } from 'next/server'
import { counts } from '../../lib/counts'

/**
 * Returns the server's CPU time in microseconds, its memory in bytes, and its counts of renders, loads, hits, misses and
 * failures of a store.
 */
export async function GET() {
  await connection()
  const { user, system } = process.cpuUsage()
  const { maxRSS } = process.resourceUsage()
  return Response.json({ cpu: user + system, peakMemory: maxRSS * 1024, ...counts })
}
