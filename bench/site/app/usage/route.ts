import { counts } from '../../lib/counts'

export const dynamic = 'force-dynamic'

/** Returns the server's CPU time in microseconds, and its counts of renders, loads, hits and misses. */
export function GET() {
  const { user, system } = process.cpuUsage()
  return Response.json({ cpu: user + system, ...counts })
}
