import { Agent, get } from 'node:http'
import { brotliDecompressSync, constants, gunzipSync, inflateSync } from 'node:zlib'

/** The compression that a browser asks for. */
export const BROWSER_ENCODING = 'gzip, deflate, br'

/** Begins the content of every page of the site, which may follow a shell. */
const CONTENT = '<main'

const agent = new Agent({ keepAlive: true })

/**
 * Loads a page.
 *
 * @param encoding the compressions that the client accepts
 * @returns the uncompressed body, the bytes sent, and the milliseconds until the first byte of its content and until
 * its last byte
 */
export function load(url, encoding = 'identity') {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now()
    get(url, { agent, headers: { 'accept-encoding': encoding } }, (reply) => {
      const chunks = []
      reply.on('data', (chunk) => chunks.push({ chunk, at: performance.now() - startedAt }))
      reply.on('end', () => {
        const last = performance.now() - startedAt
        if (reply.statusCode !== 200) {
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
    }).on('error', reject)
  })
}

/** Decompresses the beginning of a body. */
function decompress(bytes, encoding) {
  const flush = { finishFlush: constants.Z_SYNC_FLUSH }
  if (encoding === 'gzip') return gunzipSync(bytes, flush)
  if (encoding === 'deflate') return inflateSync(bytes, flush)
  if (encoding === 'br') return brotliDecompressSync(bytes, { finishFlush: constants.BROTLI_OPERATION_FLUSH })
  return bytes
}

/** Reads the server's CPU time in microseconds, its peak memory, and its counts of renders, loads, hits and misses. */
export async function readUsage(site) {
  return JSON.parse((await load(`${site}/usage`)).body)
}
