import { getDocsPage, toErrorMessage } from '../core/errorDocs.ts'
import type { ErrorCode } from '../core/errors.ts'

/**
 * Creates an error of this library in code for browsers, which must not load the table of all errors.
 *
 * @param text the text from the table, with its values
 */
export function createClientError(code: ErrorCode, text: string): Error {
  const error = new Error(toErrorMessage(code, text))
  error.name = 'ContentCacheError'
  return Object.assign(error, { code, docs: getDocsPage(code) })
}
