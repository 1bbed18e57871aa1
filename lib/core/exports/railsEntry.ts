/** When an entry was made and is gone, in milliseconds since 1970; `Infinity` where it is never gone. */
export interface RailsTimes {
  readonly createdAt: number
  readonly goneAt: number
}

/**
 * A text as `Rails.cache` keeps it: an `ActiveSupport::Cache::Entry` of Rails 6.1, in Ruby's Marshal format 4.8.
 * Later versions of Rails write other formats, and read this one too. The time is in the entry as well as in
 * Redis, because Rails looks there.
 *
 * @see https://docs.ruby-lang.org/en/master/marshal_rdoc.html
 */
export function railsEntry(text: string, { createdAt, goneAt }: RailsTimes): Buffer {
  const lifetime = goneAt - createdAt
  return Buffer.concat([
    Buffer.from([4, 8]),
    Buffer.from('o'),
    symbol('ActiveSupport::Cache::Entry'),
    integer(4),
    symbol('@value'),
    utf8(text),
    symbol('@version'),
    NIL,
    symbol('@created_at'),
    float(createdAt / 1000),
    symbol('@expires_in'),
    Number.isFinite(lifetime) ? float(lifetime / 1000) : NIL,
  ])
}

const NIL = Buffer.from('0')

function symbol(name: string): Buffer {
  return Buffer.concat([Buffer.from(':'), bytes(name)])
}

/** A string without its encoding would be one of bytes, which a template cannot join to others. */
function utf8(text: string): Buffer {
  return Buffer.concat([Buffer.from('I"'), bytes(text), integer(1), symbol('E'), Buffer.from('T')])
}

function float(value: number): Buffer {
  return Buffer.concat([Buffer.from('f'), bytes(String(value))])
}

function bytes(text: string): Buffer {
  const content = Buffer.from(text, 'utf8')
  return Buffer.concat([integer(content.byteLength), content])
}

/** Not negative. Up to 122 in one byte; else how many bytes follow, the lowest first. */
function integer(value: number): Buffer {
  if (value === 0) return Buffer.from([0])
  if (value <= 122) return Buffer.from([value + 5])
  const digits: number[] = []
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) digits.push(rest % 256)
  return Buffer.from([digits.length, ...digits])
}
