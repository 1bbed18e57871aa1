import { Agent, get } from 'node:http'

const agent = new Agent({ keepAlive: true })

/** Loads a page. @returns the body, and the milliseconds to its first and last byte */
export function load(url) {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now()
    get(url, { agent }, (reply) => {
      const chunks = []
      let first
      reply.on('data', (chunk) => {
        first ??= performance.now() - startedAt
        chunks.push(chunk)
      })
      reply.on('end', () =>
        reply.statusCode === 200
          ? resolve({ body: Buffer.concat(chunks), first, last: performance.now() - startedAt })
          : reject(new Error(`${url} responded with ${reply.statusCode}`)),
      )
      reply.on('error', reject)
    }).on('error', reject)
  })
}

/** Reads the server's CPU time in microseconds, and its counts of renders, loads, hits and misses. */
export async function readUsage(site) {
  return JSON.parse((await load(`${site}/usage`)).body)
}
