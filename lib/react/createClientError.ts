import { getDocsPage, toErrorMessage } from '../core/errorDocs.ts'
import type { ErrorCode } from '../core/errors.ts'

/**
 * An error of this library from code that browsers load: the table of all errors stays on the server.
 *
 * @param text the text of the table, with its values
 */
export function createClientError(code: ErrorCode, text: string): Error {
  const error = new Error(toErrorMessage(code, text))
  error.name = 'ContentCacheError'
  return Object.assign(error, { code, docs: getDocsPage(code) })
}
