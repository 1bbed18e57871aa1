import { decodeParts, encodeParts } from './payloadParts.ts'

/** The answer of a `fetch`, or the result of `unstable_cache`, as Next passes it. */
export interface NextDataValue {
  readonly kind: 'FETCH'
  readonly data: {
    readonly headers: Record<string, string>
    readonly body: string
    readonly url: string
    readonly status?: number
  }
  readonly tags?: string[]
  /** In seconds. */
  readonly revalidate: number
}

interface DataMetadata {
  readonly headers: Record<string, string>
  readonly url: string
  readonly status: number | undefined
  readonly revalidate: number
  /** The clock of the store from which on the data is: an expiry of a path after it counts. */
  readonly clock: number
}

/** The content of an entry. */
export interface StoredData {
  readonly value: NextDataValue
  readonly clock: number
  /** Estimated bytes in memory. */
  readonly bytes: number
}

/** Bytes of decoded data besides its body. */
const DATA_OVERHEAD = 1024

export function encodeData({ data, revalidate }: NextDataValue, clock: number): Promise<Uint8Array> {
  const { headers, body, url, status } = data
  const metadata: DataMetadata = { headers, url, status, revalidate, clock }
  return encodeParts({ metadata, parts: [Buffer.from(body)] })
}

/** @returns nothing for a payload of another format */
export function decodeData(payload: Uint8Array, tags: readonly string[]): StoredData | undefined {
  return decodeParts<DataMetadata, StoredData>(payload, ({ metadata, parts: [body] }) => {
    if (body === undefined) return undefined
    const { headers, url, status, revalidate, clock } = metadata
    const data = { headers, body: body.toString(), url, ...(status !== undefined && { status }) }
    return {
      value: { kind: 'FETCH', data, tags: [...tags], revalidate },
      clock,
      bytes: 2 * body.byteLength + DATA_OVERHEAD,
    }
  })
}
