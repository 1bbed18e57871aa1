import { onCacheEvent, registerContent } from 'react-cache-content/next'

/** The site's content and diary, which a test writes and reads from outside. */
interface Desk {
  readonly values: Map<string, string>
  readonly diary: Map<string, number>
  readonly readers: Set<() => void>
}

const place = Symbol.for('fixture.desk')
const shared = globalThis as typeof globalThis & { [place]?: Desk }

// Next bundles pages and route handlers apart, so a variable of this module would exist several times.
function desk(): Desk {
  if (shared[place] === undefined) {
    shared[place] = { values: new Map(), diary: new Map(), readers: new Set() }
    onCacheEvent((event) => {
      if (!('fragment' in event)) return
      if (event.type === 'not-compacted') console.error('error: not compacted:', event.error)
      const { name, key } = event.fragment
      const detail = 'result' in event ? event.result : 'reason' in event ? event.reason : ''
      note(`${event.type} ${name}${/[[{].*/s.exec(key)?.[0] ?? ''} ${detail}`.trim())
    })
  }
  return shared[place]
}

// Before anything renders, so that the diary begins with the first event.
desk()

function note(entry: string): void {
  const { diary, readers } = desk()
  diary.set(entry, (diary.get(entry) ?? 0) + 1)
  for (const look of [...readers]) look()
}

/** Resolves when an entry stands in the diary so many times. */
export function noted(entry: string, times = 1): Promise<void> {
  const { diary, readers } = desk()
  return new Promise((resolve) => {
    const look = () => {
      if ((diary.get(entry) ?? 0) < times) return
      readers.delete(look)
      resolve()
    }
    readers.add(look)
    look()
  })
}

export function diary(): Record<string, number> {
  return Object.fromEntries(desk().diary)
}

export function write(key: string, value: string): void {
  desk().values.set(key, value)
}

/** What has been written, else '1', read like from a database: later, and registered. */
export async function read(key: string): Promise<string> {
  registerContent(key)
  await new Promise((resolve) => setImmediate(resolve))
  return desk().values.get(key) ?? '1'
}
