import { type Kept, MOST_NAMED } from '../../core/makeup.ts'

/** Distinct names counted; a tree of generated custom elements could have any number. */
const COUNTED = 200

/** Counts what cannot be HTML, by name, while a tree is walked. */
export function createKeptParts() {
  const counts = new Map<string, number>()
  return {
    note(name: string): void {
      const count = counts.get(name)
      if (count !== undefined || counts.size < COUNTED) counts.set(name, (count ?? 0) + 1)
    },
    /** The most frequent first. */
    list(): Kept[] {
      return [...counts]
        .map(([name, count]) => ({ name, count }))
        .sort((a, b) => b.count - a.count)
        .slice(0, MOST_NAMED)
    },
  }
}

export type KeptParts = ReturnType<typeof createKeptParts>

/** The name of what stands where an element of HTML could: `Counter.tsx#Counter` for a client component. */
export function nameOfKept(type: unknown): string {
  if (typeof type === 'symbol') return String(type.description ?? 'React').replace('react.', '')
  const component = resolved(type)
  const { $$id: id } = component as { $$id?: unknown }
  if (typeof id === 'string') return nameOfReference(id)
  const { displayName, name } = component as { displayName?: unknown; name?: unknown }
  for (const text of [displayName, name]) if (typeof text === 'string' && text !== '') return text
  return 'a client component'
}

/** A reference to a client component is decoded to a lazy, which knows it once it has been asked. */
function resolved(type: unknown): object {
  if ((typeof type !== 'object' && typeof type !== 'function') || type === null) return {}
  if (!('_init' in type) || !('_payload' in type) || typeof type._init !== 'function') return type
  try {
    return Object(type._init(type._payload))
  } catch {
    return {}
  }
}

/** `[project]/site/Counter.tsx [app-rsc] (…)#Counter`, or a path: the file alone, because the folder may be private. */
function nameOfReference(id: string): string {
  const at = id.lastIndexOf('#')
  const [path = '', exported = ''] = at < 0 ? [id] : [id.slice(0, at), id.slice(at + 1)]
  const file =
    path
      .replace(/ [[(].*$/s, '')
      .split(/[\\/]/)
      .at(-1) ?? ''
  return exported === '' || exported === 'default' ? file : `${file}#${exported}`
}
