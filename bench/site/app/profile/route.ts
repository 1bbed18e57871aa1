import { type Profiler, Session } from 'node:inspector/promises'

let session: Session | undefined

/** Starts a CPU profile of the server. */
export async function POST(): Promise<Response> {
  session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 250 })
  await session.post('Profiler.start')
  return new Response(null, { status: 204 })
}

/** Stops the profile and returns it. */
export async function DELETE(): Promise<Response> {
  const result: { profile: Profiler.Profile } | undefined = await session?.post('Profiler.stop')
  session?.disconnect()
  session = undefined
  return Response.json(result?.profile ?? null)
}
