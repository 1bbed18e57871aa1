import { describe, expect, it } from 'vitest'
import { createContentCacheError, isContentCacheError } from '../../lib/core/errors.ts'
import { readDocumentHtml } from '../../lib/next/readDocumentHtml.ts'
import { reassembleTree } from '../../lib/react/compaction/reassembleTree.ts'

function catchError(task: () => unknown): unknown {
  try {
    task()
  } catch (error) {
    return error
  }
  return undefined
}

const damagedShape = { nodes: [], keys: '', root: 7 } as never

describe('an error that browsers may throw', () => {
  it.each([
    [
      'CC_FRAGMENT_DAMAGED' as const,
      [7],
      () => reassembleTree({ shape: damagedShape, slots: [] }, () => null),
    ],
    ['CC_FRAGMENT_HTML_MISSING' as const, [], () => readDocumentHtml('gone')],
  ])('an error in a browser equals the error on the server: %s', (code, values, task) => {
    const expected = createContentCacheError(code, values)
    const error = catchError(task)
    expect(isContentCacheError(error)).toBe(true)
    expect(error).toMatchObject({
      code,
      docs: expected.docs,
      name: expected.name,
      message: expected.message,
    })
  })
})
