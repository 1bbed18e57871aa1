import { connection } from 'next/server'

/** CPU time in microseconds and memory in bytes, after a garbage collection where Node allows it. */
export async function GET() {
  await connection()
  const { gc } = globalThis
  if (gc) for (let round = 0; round < 3; round++) await gc()
  return Response.json({ ...process.cpuUsage(), ...process.memoryUsage() })
}
