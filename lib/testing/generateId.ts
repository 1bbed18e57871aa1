import { type DependencyScope, getCurrentScope } from '../core/dependencyScope.ts'
import { createIdToken } from '../react/ids/idToken.ts'

const counts = new WeakMap<DependencyScope, number>()

/** What `useId` makes in a server component, as Flight does: numbered in the fragment around, which is a render of its own. */
export function generateId(): string {
  const capture = getCurrentScope()
  if (capture === undefined) throw new Error('`useId` was called outside of a render.')
  const count = (counts.get(capture) ?? 0) + 1
  counts.set(capture, count)
  const prefix = capture.key === undefined ? '' : createIdToken(capture.key)
  return `_${prefix}S_${count.toString(32)}_`
}
