/** When an entry was made and is gone, in milliseconds since 1970; `Infinity` where it is never gone. */
export interface RailsTimes {
  readonly createdAt: number
  readonly discardAt: number
}

/**
 * A text as `Rails.cache` keeps it: an `ActiveSupport::Cache::Entry` of Rails 6.1, in Ruby's Marshal format 4.8.
 * Later versions of Rails write other formats, and read this one too. The time is in the entry as well as in
 * Redis, because Rails looks there.
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

/** A string without its encoding would be one of bytes, which a template cannot join to others. */
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

/** Not negative. Up to 122 in one byte; else how many bytes follow, the lowest first. */
function encodeInteger(value: number): Buffer {
  if (value === 0) return Buffer.from([0])
  if (value <= 122) return Buffer.from([value + 5])
  const digits: number[] = []
  for (let remaining = value; remaining > 0; remaining = Math.floor(remaining / 256))
    digits.push(remaining % 256)
  return Buffer.from([digits.length, ...digits])
}
