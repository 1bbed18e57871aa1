import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface RecordingSite {
  readonly origin: string
  /** Requested paths, in order. */
  readonly paths: string[]
  readonly headers: IncomingMessage['headers'][]
  /** Times of the requests, in milliseconds on the clock of this process. */
  readonly requestedAt: number[]
  /** Answers in place of a short page. The worker waits until it ends the response. */
  answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined
  /** The number of pending requests, now and at most. */
  readonly busy: { now: number; most: number }
  close(): Promise<void>
}

/** Starts a server in place of a site, which records the requests of a worker. */
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
