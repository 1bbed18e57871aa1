/** Whether React shows nothing for a node. */
export function isEmptyNode(node: unknown): node is null | undefined | boolean {
  return node === null || node === undefined || typeof node === 'boolean'
}

/** Whether React shows a node as text. */
export function isTextNode(node: unknown): node is string | number | bigint {
  return typeof node === 'string' || typeof node === 'number' || typeof node === 'bigint'
}

/** Whether a node may add something to a document. An empty text adds nothing. */
export function isNonEmptyNode(node: unknown): boolean {
  return !isEmptyNode(node) && node !== ''
}
