/** Returns the bytes in their own buffer, because a small view of a large buffer keeps all of it alive. */
export function detachBytes(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes)
}
