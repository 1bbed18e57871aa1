import { expireObj } from 'react-cache-content/next'
import { noted, readEventLog, write } from '../../testControl'

/** The commands of a test, which are executed in this order. */
interface Command {
  write?: Record<string, string>
  expire?: string
  noted?: string
  times?: number
}

export async function POST(request: Request): Promise<Response> {
  const command: Command = await request.json()
  for (const [key, value] of Object.entries(command.write ?? {})) write(key, value)
  const expired = command.expire && (await expireObj(command.expire))
  if (command.noted) await noted(command.noted, command.times)
  return Response.json({ ...expired, eventLog: readEventLog() })
}
