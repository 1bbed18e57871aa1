import { createServer } from 'node:http'
import type { WorkerStatus } from './workerStatus.ts'

export interface HealthServer {
  readonly port: number
  close(): Promise<void>
}

/**
 * Answers `GET /health` with the worker's status as JSON. The code is 200 for a healthy worker, and 503 otherwise.
 *
 * @param port 0 for any free port
 */
export async function startHealthServer(
  getStatus: () => Promise<WorkerStatus>,
  { host, port }: { host: string; port: number },
): Promise<HealthServer> {
  const server = createServer({ requestTimeout: 5_000, maxHeaderSize: 8_192 }, async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return void response.writeHead(405).end()
    if (request.url?.split('?')[0] !== '/health') return void response.writeHead(404).end()
    const status = await getStatus()
    response
      .writeHead(status.healthy ? 200 : 503, {
        'content-type': 'application/json',
        'cache-control': 'no-store',
      })
      .end(request.method === 'HEAD' ? undefined : `${JSON.stringify(status)}\n`)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
