import type { Scan } from '../scan.ts'
import type { Target } from '../target.ts'
import { type EntrySummary, findPages, summarizeEntry } from './entrySummary.ts'
import { type FragmentView, inspectFragment } from './inspectFragment.ts'

/** The pages and route handlers with a path. Each build has its own. */
export interface PathView {
  readonly kind: 'path'
  readonly path: string
  readonly total: number
  readonly pages: readonly EntrySummary[]
}

/** @returns the page itself if only one has the path */
export async function inspectPath(
  scan: Scan,
  target: Target,
  subject: string,
  limit: number,
): Promise<FragmentView | PathView | undefined> {
  if (!subject.startsWith('/')) return undefined
  const path = subject.replace(/(.)\/$/, '$1')
  const found = await findPages(scan, target.keys, ({ route }) => route === path)
  const pages = found.map((stored) => summarizeEntry(target.keys, stored))
  const [only, ...others] = pages
  if (only === undefined) return undefined
  if (others.length === 0) return inspectFragment(scan.redis, target, only.key)
  return { kind: 'path', path, total: pages.length, pages: pages.slice(0, limit) }
}
