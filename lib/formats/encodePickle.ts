/**
 * A text as Python's `pickle` writes it, which is how Django keeps values in Redis: protocol 2, which every
 * Python since 2.3 reads, with the one opcode for text whose length is four bytes.
 *
 * @see https://github.com/python/cpython/blob/main/Lib/pickletools.py BINUNICODE
 */
export function encodePickle(text: string): Buffer {
  const content = Buffer.from(text, 'utf8')
  const head = Buffer.from([0x80, 2, 0x58, 0, 0, 0, 0])
  head.writeUInt32LE(content.byteLength, 3)
  return Buffer.concat([head, content, Buffer.from('.')])
}
