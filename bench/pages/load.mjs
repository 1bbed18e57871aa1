import { Agent, request } from 'node:http'
import { brotliDecompressSync, constants, gunzipSync, inflateSync } from 'node:zlib'

/** The compression that a browser asks for. */
export const BROWSER_ENCODING = 'gzip, deflate, br'

/** Begins the content of every page of the site, which may follow a shell. */
const CONTENT = '<main'

const agent = new Agent({ keepAlive: true })

/**
 * Loads a page.
 *
 * @param options.encoding the compressions that the client accepts
 * @returns the uncompressed body, the bytes sent, and the milliseconds until the first byte of its content and until
 * its last byte
 */
export function load(url, { encoding = 'identity', method = 'GET' } = {}) {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now()
    const headers = { 'accept-encoding': encoding }
    const sent = request(url, { agent, method, headers }, (reply) => {
      const chunks = []
      reply.on('data', (chunk) => chunks.push({ chunk, at: performance.now() - startedAt }))
      reply.on('end', () => {
        const last = performance.now() - startedAt
        if (reply.statusCode >= 300) {
          reject(new Error(`${url} responded with ${reply.statusCode}`))
          return
        }
        const decode = (count) =>
          decompress(
            Buffer.concat(chunks.slice(0, count).map(({ chunk }) => chunk)),
            reply.headers['content-encoding'],
          )
        const content = chunks.find((_, index) => decode(index + 1).includes(CONTENT))
        resolve({
          body: decode(chunks.length),
          sent: chunks.reduce((bytes, { chunk }) => bytes + chunk.length, 0),
          content: content?.at ?? last,
          last,
        })
      })
      reply.on('error', reject)
    })
    sent.on('error', reject)
    sent.end()
  })
}

/** Makes the requests of a visit. @returns the result of the last one, which loads the page */
export async function visitPage({ site, visits, encoding }, visitor = 0) {
  let loaded
  for (const { path, method } of visits[visitor % visits.length])
    loaded = await load(site + path, { encoding, method })
  return loaded
}

/** Makes the server collect its young garbage, so that the next measurement pays less for the mode before it. */
export async function collectGarbage(site) {
  await load(`${site}/garbage`, { method: 'DELETE' })
}

/** Decompresses the beginning of a body. */
function decompress(bytes, encoding) {
  const flush = { finishFlush: constants.Z_SYNC_FLUSH }
  if (encoding === 'gzip') return gunzipSync(bytes, flush)
  if (encoding === 'deflate') return inflateSync(bytes, flush)
  if (encoding === 'br') return brotliDecompressSync(bytes, { finishFlush: constants.BROTLI_OPERATION_FLUSH })
  return bytes
}

/** Reads the server's CPU time in microseconds, its peak memory, and its counts of work and failures. */
export async function readUsage(site) {
  return JSON.parse((await load(`${site}/usage`)).body)
}
