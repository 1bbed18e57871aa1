import { CliError } from '../cliError.ts'
import type { Scan } from '../scan.ts'
import type { Target } from '../target.ts'
import { type FragmentView, inspectFragment } from './inspectFragment.ts'
import { inspectName, type NameView } from './inspectName.ts'
import { inspectObject, type ObjectView } from './inspectObject.ts'

export type View = FragmentView | ObjectView | NameView

/**
 * Finds out what `subject` is: the key of a fragment, an object that a cache shows, or the name of fragments,
 * in this order.
 *
 * @param limit how many dependants, or fragments of a name, to list
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
    (await inspectName(scan, target, subject, limit))
  if (view) return view
  throw new CliError(
    'not-found',
    `There is no fragment with the key or name ${JSON.stringify(subject)}, and no cache shows an object of that key.`,
  )
}
