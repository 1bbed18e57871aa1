import { readTally, takeTally } from '../../lib/tally'

export const dynamic = 'force-dynamic'

export const GET = () => Response.json(readTally())

/** Returns the counts and the server's CPU time in seconds, and resets the counts. */
export function POST() {
  const { user, system } = process.cpuUsage()
  return Response.json({ ...takeTally(), cpu: (user + system) / 1e6 })
}
