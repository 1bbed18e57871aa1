import { Agent, get } from 'node:http'

const agent = new Agent({ keepAlive: true })

/** A page as it was sent, and the milliseconds to its first and last byte. */
export function load(url) {
  return new Promise((done, failed) => {
    const started = performance.now()
    get(url, { agent }, (reply) => {
      const chunks = []
      let first
      reply.on('data', (chunk) => {
        first ??= performance.now() - started
        chunks.push(chunk)
      })
      reply.on('end', () =>
        reply.statusCode === 200
          ? done({ body: Buffer.concat(chunks), first, last: performance.now() - started })
          : failed(new Error(`${url} answered ${reply.statusCode}`)),
      )
      reply.on('error', failed)
    }).on('error', failed)
  })
}

/** Microseconds of CPU that the server has used so far, and what it has rendered and found. */
export async function usage(site) {
  return JSON.parse((await load(`${site}/usage`)).body)
}
