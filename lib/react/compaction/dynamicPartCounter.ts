import { type DynamicPart, MAX_DYNAMIC_PARTS } from '../../core/makeup.ts'
import { getClientReferenceId, isLazy, readLazy } from '../reactInternals.ts'

/** Maximum of distinct names. A tree of generated custom elements could have any number of them. */
const MAX_NAMES = 200

/** Counts the parts of a tree that cannot be HTML, by name. */
export class DynamicPartCounter {
  /** Made for the first part, because most small fragments have none. */
  #counts: Map<string, number> | undefined

  add(name: string, times = 1): void {
    this.#counts ??= new Map()
    const count = this.#counts.get(name)
    if (count !== undefined || this.#counts.size < MAX_NAMES) this.#counts.set(name, (count ?? 0) + times)
  }

  /** The most frequent first. */
  list(): DynamicPart[] {
    if (this.#counts === undefined) return []
    return [...this.#counts]
      .map(([name, count]) => ({ name, count }))
      .sort((a, b) => b.count - a.count)
      .slice(0, MAX_DYNAMIC_PARTS)
  }
}

/** Returns a name for the type of a dynamic part: `Counter.tsx#Counter` for a client component. */
export function getDynamicPartName(type: unknown): string {
  if (typeof type === 'symbol') return String(type.description ?? 'React').replace('react.', '')
  const component = resolveLazyType(type)
  const id = getClientReferenceId(component)
  if (id !== undefined) return getReferenceName(id)
  const { displayName, name } = component as { displayName?: unknown; name?: unknown }
  for (const text of [displayName, name]) if (typeof text === 'string' && text !== '') return text
  return 'a client component'
}

/** Flight decodes a reference to a client component to a lazy, which must be read to get the component. */
function resolveLazyType(type: unknown): object {
  if ((typeof type !== 'object' && typeof type !== 'function') || type === null) return {}
  if (!isLazy(type)) return type
  try {
    return Object(readLazy(type))
  } catch {
    return {}
  }
}

/**
 * Returns file and export of an id such as `[project]/site/Counter.tsx [app-rsc] (…)#Counter`. Leaves out the folder,
 * because its name may be private.
 */
function getReferenceName(id: string): string {
  const at = id.lastIndexOf('#')
  const [path = '', exported = ''] = at < 0 ? [id] : [id.slice(0, at), id.slice(at + 1)]
  const file =
    path
      .replace(/ [[(].*$/s, '')
      .split(/[\\/]/)
      .at(-1) ?? ''
  return exported === '' || exported === 'default' ? file : `${file}#${exported}`
}
