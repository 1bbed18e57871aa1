/** What React shows nothing for. */
export function isEmptyNode(node: unknown): node is null | undefined | boolean {
  return node === null || node === undefined || typeof node === 'boolean'
}

/** What React shows as text. */
export function isTextNode(node: unknown): node is string | number | bigint {
  return typeof node === 'string' || typeof node === 'number' || typeof node === 'bigint'
}
