import { once } from 'node:events'
import { createServer } from 'node:http'

/** Starts the content management system of the soak: it tells the version of each film. */
export async function startCms() {
  const versions = new Map()
  const server = createServer((request, response) => {
    const id = Number(request.url.split('/').at(-1))
    response.end(String(versions.get(id) ?? 0))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    save: (id, version) => void versions.set(id, version),
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}
