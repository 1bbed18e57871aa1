import { CliError } from '../cliError.ts'
import type { Scan } from '../scan.ts'
import type { Target } from '../target.ts'
import { type FragmentView, inspectFragment } from './inspectFragment.ts'
import { inspectName, type NameView } from './inspectName.ts'
import { inspectObject, type ObjectView } from './inspectObject.ts'
import { inspectPath, type PathView } from './inspectPath.ts'

export type View = FragmentView | ObjectView | NameView | PathView

/**
 * Shows the first match for `subject`: the key of an entry, the key of an object, the path of a page or route handler, or
 * the name of fragments.
 *
 * @param limit maximum number of caches of each kind of an object, or of entries with a name or path
 * @throws {CliError} not-found
 */
export async function inspect(scan: Scan, target: Target, subject: string, limit: number): Promise<View> {
  const { redis } = scan
  const { keys } = target
  const key = keys.parseFragmentKey(subject) ?? subject
  const object = subject.startsWith(keys.objectPrefix) ? keys.parseObjectKey(subject) : subject
  const view =
    (await inspectFragment(redis, target, key)) ??
    (await inspectObject(redis, target, object, limit)) ??
    (await inspectPath(scan, target, subject, limit)) ??
    (await inspectName(scan, target, subject, limit))
  if (view) return view
  throw new CliError(
    'not-found',
    subject.startsWith('/')
      ? `No page or fragment with the path, key or name ${JSON.stringify(subject)} is stored, and no cache shows an object with that key.`
      : `No fragment has the key or name ${JSON.stringify(subject)}, and no cache shows an object with that key.`,
  )
}
