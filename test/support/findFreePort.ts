import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Finds a port for a server that starts later, or never. It is below the ports that Linux and macOS assign to connections and
 * to servers without a port. Otherwise a test that runs at the same time could get it first. It is above 10,080, the highest
 * port that `fetch` and browsers refuse.
 */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = 11_000 + Math.floor(Math.random() * 19_000)
    const server = createServer()
    const isFree = once(server, 'listening').then(
      () => true,
      () => false,
    )
    server.listen(port)
    if (!(await isFree)) continue
    server.close()
    await once(server, 'close')
    return port
  }
  throw new Error('No port is free.')
}
