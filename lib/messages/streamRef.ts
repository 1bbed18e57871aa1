/** A reference from a message on the channel to its copy in a stream. */
export interface StreamRef {
  readonly stream: string
  /** Redis accepts it as the id of an entry. */
  readonly id: string
}

/** Both parts of an id are numbers of 64 bits. */
const MAX_ID_PART = 2n ** 64n - 1n

/** Parses a text such as `cc:messages 1700000000000-0`. Returns undefined for any other text. */
export function parseStreamRef(text: string): StreamRef | undefined {
  const [, stream, milliseconds, sequence] = /^(.+) (\d{1,20})-(\d{1,20})$/.exec(text) ?? []
  if (stream === undefined || milliseconds === undefined || sequence === undefined) return undefined
  if (BigInt(milliseconds) > MAX_ID_PART || BigInt(sequence) > MAX_ID_PART) return undefined
  return { stream, id: `${milliseconds}-${sequence}` }
}
