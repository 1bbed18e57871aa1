/** The times of an entry, in milliseconds since 1970. `discardAt` is `Infinity` when the entry has no end. */
export interface RailsTimes {
  readonly createdAt: number
  readonly discardAt: number
}

/**
 * Encodes a string as `Rails.cache` does: as an `ActiveSupport::Cache::Entry` of Rails 6.1, in Ruby's Marshal format
 * 4.8. Later versions of Rails write other formats, but also read this one. The entry includes the lifetime, because
 * Rails checks it there and not in Redis.
 *
 * @see https://docs.ruby-lang.org/en/master/marshal_rdoc.html
 */
export function encodeRailsEntry(text: string, { createdAt, discardAt }: RailsTimes): Buffer {
  const lifetime = discardAt - createdAt
  return Buffer.concat([
    Buffer.from([4, 8]),
    Buffer.from('o'),
    encodeSymbol('ActiveSupport::Cache::Entry'),
    encodeInteger(4),
    encodeSymbol('@value'),
    encodeText(text),
    encodeSymbol('@version'),
    NIL,
    encodeSymbol('@created_at'),
    encodeFloat(createdAt / 1000),
    encodeSymbol('@expires_in'),
    Number.isFinite(lifetime) ? encodeFloat(lifetime / 1000) : NIL,
  ])
}

const NIL = Buffer.from('0')

function encodeSymbol(name: string): Buffer {
  return Buffer.concat([Buffer.from(':'), encodeBytes(name)])
}

/** Includes the encoding. Without one a template could not concatenate the string with other strings. */
function encodeText(text: string): Buffer {
  return Buffer.concat([
    Buffer.from('I"'),
    encodeBytes(text),
    encodeInteger(1),
    encodeSymbol('E'),
    Buffer.from('T'),
  ])
}

function encodeFloat(value: number): Buffer {
  return Buffer.concat([Buffer.from('f'), encodeBytes(String(value))])
}

function encodeBytes(text: string): Buffer {
  const content = Buffer.from(text, 'utf8')
  return Buffer.concat([encodeInteger(content.byteLength), content])
}

/** Encodes 0 to 122 as one byte, and larger integers as the number of bytes and the bytes, lowest first. */
function encodeInteger(value: number): Buffer {
  if (value === 0) return Buffer.from([0])
  if (value <= 122) return Buffer.from([value + 5])
  const digits: number[] = []
  for (let remaining = value; remaining > 0; remaining = Math.floor(remaining / 256))
    digits.push(remaining % 256)
  return Buffer.from([digits.length, ...digits])
}
