import { onCacheEvent, registerContent } from 'react-cache-content/next'

/** The site's content and its log of events, which a test writes and reads over HTTP. */
interface TestControl {
  readonly values: Map<string, string>
  readonly eventLog: Map<string, number>
  readonly readers: Set<() => void>
}

const place = Symbol.for('fixture.desk')
const shared = globalThis as typeof globalThis & { [place]?: TestControl }

// Next bundles pages and route handlers apart, so a variable of this module would exist several times.
function getTestControl(): TestControl {
  if (shared[place] === undefined) {
    shared[place] = { values: new Map(), eventLog: new Map(), readers: new Set() }
    onCacheEvent((event) => {
      if (!('fragment' in event)) return
      if (event.type === 'not-compacted') console.error('error: not compacted:', event.error)
      const { name, key } = event.fragment
      if (event.type === 'commit')
        for (const part of event.dynamicParts ?? []) note(`dynamic ${name}: ${part.name}`)
      const detail = 'result' in event ? event.result : 'reason' in event ? event.reason : ''
      note(`${event.type} ${name}${/[[{].*/s.exec(key)?.[0] ?? ''} ${detail}`.trim())
    })
  }
  return shared[place]
}

// Runs before anything renders, so that the log begins with the first event.
getTestControl()

function note(entry: string): void {
  const { eventLog, readers } = getTestControl()
  eventLog.set(entry, (eventLog.get(entry) ?? 0) + 1)
  for (const check of [...readers]) check()
}

/** Resolves when the log contains an entry at least `times` times. */
export function noted(entry: string, times = 1): Promise<void> {
  const { eventLog, readers } = getTestControl()
  return new Promise((resolve) => {
    const check = () => {
      if ((eventLog.get(entry) ?? 0) < times) return
      readers.delete(check)
      resolve()
    }
    readers.add(check)
    check()
  })
}

export function readEventLog(): Record<string, number> {
  return Object.fromEntries(getTestControl().eventLog)
}

export function write(key: string, value: string): void {
  getTestControl().values.set(key, value)
}

/** Reads a value like from a database, asynchronously, and registers it. Default: '1'. */
export async function read(key: string): Promise<string> {
  registerContent(key)
  await new Promise((resolve) => setImmediate(resolve))
  return getTestControl().values.get(key) ?? '1'
}
