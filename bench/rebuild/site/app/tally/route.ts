import { readTally, takeTally } from '../../lib/tally'

export const dynamic = 'force-dynamic'

export const GET = () => Response.json(readTally())

/** Begins to count anew. With the seconds of CPU that the server has used so far. */
export function POST() {
  const { user, system } = process.cpuUsage()
  return Response.json({ ...takeTally(), cpu: (user + system) / 1e6 })
}
