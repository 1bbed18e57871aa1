import { REVALIDATION_KINDS, type RevalidationKind } from '../../support/revalidationKinds.ts'
import type { CachedPath } from '../caches/site/routes.ts'

export interface EditStep {
  readonly title: string
  readonly kind?: RevalidationKind
  /** The value that the CMS has then. */
  readonly value: string
}

/** One sequence of edits and revalidations. */
export const EDIT_STEPS: readonly EditStep[] = [
  { title: 'the build', value: '1' },
  { title: 'an edit without revalidation', value: 'unseen' },
  ...REVALIDATION_KINDS.map((kind, index) => ({
    title: `${kind.name} in ${kind.place}`,
    kind,
    value: `edit-${index + 1}`,
  })),
]

/** The title of the last step, which removes the content of some pages. */
export const REMOVAL = 'the removal of the content'

/** The value that a page must show after a step: that of the last revalidation which reaches the page. */
export function getFreshValue(title: string, path: CachedPath): string {
  const end = EDIT_STEPS.findIndex((step) => step.title === title)
  const steps = title === REMOVAL ? EDIT_STEPS : EDIT_STEPS.slice(0, end + 1)
  const last = steps.findLast(({ kind }) => kind?.reaches(path))
  if (last === undefined) throw new Error(`No step up to ${title} reaches ${path.path}.`)
  return last.value
}
