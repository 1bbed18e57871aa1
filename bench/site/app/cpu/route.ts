export const dynamic = 'force-dynamic'

/** Microseconds of CPU that the server has used so far. */
export function GET() {
  const { user, system } = process.cpuUsage()
  return Response.json(user + system)
}
