import { createContentCacheError } from '../core/errors.ts'
import { formatValue } from '../core/formatValue.ts'

/** Parts of a fragment that become HTML besides plain markup. Each is on by default. */
export interface CompactOptions {
  /** `next/link`. `false` keeps each link a client component. */
  readonly links?: boolean | undefined
  /** `next/image`. `false` keeps each image a client component. */
  readonly images?: boolean | undefined
  /** HTML of `dangerouslySetInnerHTML`. `false` keeps the element that has this prop. */
  readonly html?: boolean | undefined
  /** Components of `prerenderComponent`. `false` renders them for each request, like other client components. */
  readonly components?: boolean | undefined
}

/** The options of a fragment, with those of the site where the fragment has none. */
export type Compaction = { readonly [Option in keyof CompactOptions]-?: boolean }

/**
 * @param own those of the fragment
 * @param site those of all fragments
 */
export function resolveCompactOptions(
  own: boolean | CompactOptions | undefined,
  site: CompactOptions = {},
): Compaction {
  const fromFragment = typeof own === 'object' ? own : {}
  return {
    links: fromFragment.links ?? site.links ?? true,
    images: fromFragment.images ?? site.images ?? true,
    html: fromFragment.html ?? site.html ?? true,
    components: fromFragment.components ?? site.components ?? true,
  }
}

const OPTION_NAMES: readonly (keyof CompactOptions)[] = ['links', 'images', 'html', 'components']

/**
 * Checks the prop `compact` of a fragment.
 *
 * @throws {ContentCacheTypeError} CC_INVALID_COMPACT
 */
export function checkCompactProp(fragment: string, value: unknown): void {
  if (value === undefined || typeof value === 'boolean') return
  const problem = describeProblem(value)
  if (problem !== undefined) throw createContentCacheError('CC_INVALID_COMPACT', [fragment, problem])
}

/** Describes why a value is no {@link CompactOptions}. */
export function describeProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return `it is ${formatValue(value)}`
  for (const [name, option] of Object.entries(value)) {
    if (!OPTION_NAMES.includes(name as keyof CompactOptions)) return `\`${name}\` does not exist`
    if (option !== undefined && typeof option !== 'boolean')
      return `\`${name}\` must be a boolean, but is ${formatValue(option)}`
  }
  return undefined
}
