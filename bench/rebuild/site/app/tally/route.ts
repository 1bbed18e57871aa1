import { readTally, takeTally } from '../../lib/tally'

export const dynamic = 'force-dynamic'

export const GET = () => Response.json(readTally())

/** Begins to count anew. */
export const POST = () => Response.json(takeTally())
