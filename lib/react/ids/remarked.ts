import type { Compact } from '../compaction/compact.ts'
import { MARK_LENGTH, markOf } from '../compaction/mark.ts'
import { TOKEN_START } from './idToken.ts'

/** A compact fragment whose tokens were renamed: marks are made of HTML, so those of other HTML are others. */
export function remarked(form: Compact): Compact {
  const marks = form.html.map((html, index) => {
    if (html.includes(TOKEN_START)) return markOf(html)
    return form.marks.slice(index * MARK_LENGTH, (index + 1) * MARK_LENGTH)
  })
  return { ...form, marks: marks.join('') }
}
