import { ReadOnceValue } from './makeRepeatable.ts'

/** Containers of which a property makes a value for each reader. */
const withGetters = new WeakSet<object>()

/** Returns `list` itself where no item changes. */
export function mapList(list: readonly unknown[], map: (item: unknown) => unknown): readonly unknown[] {
  let changed: unknown[] | undefined
  for (let index = 0; index < list.length; index++) {
    const before = list[index]
    const after = map(before)
    if (after === before) continue
    changed ??= withGetters.has(list) ? copyWithGetters(list, []) : [...list]
    if (after instanceof ReadOnceValue || withGetters.has(changed)) defineValue(changed, String(index), after)
    else changed[index] = after
  }
  return changed ?? list
}

/** Returns `record` itself where no value changes. */
export function mapRecord(record: Fields, map: (value: unknown) => unknown): Fields {
  let changed: Record<string, unknown> | undefined
  for (const name of Object.keys(record)) {
    const before = record[name]
    const after = map(before)
    if (after === before) continue
    changed ??= withGetters.has(record) ? copyWithGetters(record, {}) : { ...record }
    if (after instanceof ReadOnceValue || withGetters.has(changed) || name === '__proto__')
      defineValue(changed, name, after)
    else changed[name] = after
  }
  return changed ?? record
}

type Fields = Readonly<Record<string, unknown>>

/** Returns `collection` itself where no item changes. */
export function mapCollection(
  collection: Map<unknown, unknown> | Set<unknown>,
  map: (item: unknown) => unknown,
): Map<unknown, unknown> | Set<unknown> {
  const items: readonly unknown[] = [...collection]
  if (collection instanceof Set) {
    const mapped = mapList(items, map)
    return mapped === items ? collection : new Set(mapped)
  }
  const mapped = mapList(items, (entry) => mapList(entry as readonly unknown[], map))
  return mapped === items ? collection : new Map(mapped as [unknown, unknown][])
}

function copyWithGetters<T extends object>(from: object, to: T): T {
  withGetters.add(to)
  for (const name of Object.keys(from)) {
    const { get, value } = Object.getOwnPropertyDescriptor(from, name) ?? {}
    if (get) Object.defineProperty(to, name, { get, enumerable: true, configurable: true })
    else defineValue(to, name, value)
  }
  return to
}

function defineValue(container: object, name: string, value: unknown): void {
  if (value instanceof ReadOnceValue) {
    withGetters.add(container)
    Object.defineProperty(container, name, { get: value.create, enumerable: true, configurable: true })
  } else
    Object.defineProperty(container, name, { value, writable: true, enumerable: true, configurable: true })
}
