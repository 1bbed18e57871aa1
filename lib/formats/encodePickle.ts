/**
 * Encodes a string in the format of Python's `pickle`, in which Django keeps values in Redis. Uses protocol 2, which
 * every Python since 2.3 reads, and the opcode for strings whose length is written in four bytes.
 *
 * @see https://github.com/python/cpython/blob/main/Lib/pickletools.py BINUNICODE
 */
export function encodePickle(text: string): Buffer {
  const content = Buffer.from(text, 'utf8')
  const head = Buffer.from([0x80, 2, 0x58, 0, 0, 0, 0])
  head.writeUInt32LE(content.byteLength, 3)
  return Buffer.concat([head, content, Buffer.from('.')])
}
