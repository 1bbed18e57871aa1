import { counts } from '../../lib/counts'

export const dynamic = 'force-dynamic'

/** Microseconds of CPU that the server has used so far, and what it has rendered and found. */
export function GET() {
  const { user, system } = process.cpuUsage()
  return Response.json({ cpu: user + system, ...counts })
}
