import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface RecordingSite {
  readonly origin: string
  /** Paths that were asked for, in order. */
  readonly paths: string[]
  readonly headers: IncomingMessage['headers'][]
  /** Milliseconds, on the clock of this process, at which each was asked for. */
  readonly requestedAt: number[]
  /** Answers instead of a short page; whoever does not end the response lets the worker wait. */
  answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined
  /** Requests that are being answered, and the most there ever were at a time. */
  readonly busy: { now: number; most: number }
  close(): Promise<void>
}

/** A server in the place of a site, which notes what a worker asks of it. */
export async function startRecordingSite(): Promise<RecordingSite> {
  const server = createServer((request, response) => {
    site.paths.push(request.url ?? '')
    site.headers.push(request.headers)
    site.requestedAt.push(performance.now())
    site.busy.most = Math.max(site.busy.most, ++site.busy.now)
    response.on('close', () => site.busy.now--)
    if (site.answer) site.answer(request, response)
    else response.end('<p>rebuilt</p>')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const site: RecordingSite = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    paths: [],
    headers: [],
    requestedAt: [],
    answer: undefined,
    busy: { now: 0, most: 0 },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return site
}
