/**
 * Encodes a string as Python's `pickle` does, the format in which Django keeps values in Redis. Uses protocol 2, which every
 * Python since 2.3 reads, and the opcode for strings with a length of four bytes.
 *
 * @see https://github.com/python/cpython/blob/main/Lib/pickletools.py BINUNICODE
 */
export function encodePickle(text: string): Buffer {
  const content = Buffer.from(text, 'utf8')
  const head = Buffer.from([0x80, 2, 0x58, 0, 0, 0, 0])
  head.writeUInt32LE(content.byteLength, 3)
  return Buffer.concat([head, content, Buffer.from('.')])
}
