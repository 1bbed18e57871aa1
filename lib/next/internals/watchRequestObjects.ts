import { defineGlobalSingleton } from '../../core/getGlobalSingleton.ts'
import { forbidRequestData } from './forbidRequestData.ts'
import { openUnit, type RenderUnit } from './renderUnit.ts'

const getWatchedPrototypes = defineGlobalSingleton('watchedPrototypes', () => new WeakSet<object>())
const getWatchedUnits = defineGlobalSingleton('watchedUnits', () => new WeakSet<object>())

/**
 * Makes the objects from `cookies()`, `headers()` and `draftMode()` refuse to be read in a fragment. A page may pass
 * such an object, or a promise of one, into a fragment. There Next itself no longer checks.
 *
 * The methods are wrapped on the prototypes that Next's objects share, once per process. This also covers objects, and
 * methods taken from them, that were created before the fragment began. Next's promises need no wrapping, because they
 * hold nothing but these objects. Call it before a fragment renders.
 *
 * @param renderUnit the unit that may hold request data
 */
export function watchRequestObjects(renderUnit: RenderUnit | undefined): void {
  const unit = renderUnit && openUnit(renderUnit)
  if (unit === undefined || !('headers' in unit) || getWatchedUnits().has(unit)) return
  getWatchedUnits().add(unit)
  watchPrototype(unit.cookies, forbidCookies)
  watchPrototype(unit.headers, forbidHeaders)
  if ('mutableCookies' in unit) watchPrototype(unit.mutableCookies, forbidCookies)
  if (unit.draftMode) watchPrototype(unit.draftMode, forbidDraftMode)
}

// The prototypes keep these functions for as long as the process lives. They are created here, because a minifier may
// inline `watchRequestObjects` into its caller. Created inside it, they would keep the first fill alive.
const forbidCookies = () => forbidRequestData('cookies()')
const forbidHeaders = () => forbidRequestData('headers()')
/** Draft mode that is off can be read: `draftMode()` in a fragment gives the same, for all visitors. */
const forbidDraftMode = (value?: unknown) => value === true && forbidRequestData('draftMode()')

/** @param check called with the value of an accessor, and without a value before a method runs */
function watchPrototype(object: object, check: (value?: unknown) => void): void {
  const prototype: unknown = Object.getPrototypeOf(object)
  if (!isNextPrototype(prototype) || getWatchedPrototypes().has(prototype)) return
  getWatchedPrototypes().add(prototype)
  for (const key of Reflect.ownKeys(prototype)) {
    const { value: method, get, ...rest } = Object.getOwnPropertyDescriptor(prototype, key) ?? {}
    if (key === 'constructor') continue
    if (typeof method === 'function') {
      Object.defineProperty(prototype, key, {
        ...rest,
        value: function watched(this: unknown, ...args: unknown[]) {
          check()
          return watchIterator(method.apply(this, args), check)
        },
      })
    } else if (get) {
      Object.defineProperty(prototype, key, {
        ...rest,
        get(this: unknown) {
          const value: unknown = get.call(this)
          check(value)
          return value
        },
      })
    }
  }
  // JSON.stringify reads the fields behind the methods, but looks for `toJSON` first.
  if (!('toJSON' in prototype)) {
    Object.defineProperty(prototype, 'toJSON', { configurable: true, get: () => void check() })
  }
}

/** Wraps an iterator over request data, which reads the data step by step. */
function watchIterator(result: unknown, check: () => void): unknown {
  if (typeof result !== 'object' || result === null || !('next' in result) || !(Symbol.iterator in result))
    return result
  const iterator = result as Iterator<unknown>
  const watched: Iterator<unknown> = Object.create(ITERATOR)
  watched.next = () => {
    check()
    return iterator.next()
  }
  watched.return = (value) => iterator.return?.(value) ?? { done: true, value }
  return watched
}

/** The prototype that all built-in iterators share. */
const ITERATOR: object = Object.getPrototypeOf(Object.getPrototypeOf([].values()))

/** Whether the prototype is Next's own. The prototypes of the platform, such as `Headers.prototype`, stay unchanged. */
function isNextPrototype(prototype: unknown): prototype is object {
  if (typeof prototype !== 'object' || prototype === null) return false
  const creator: { readonly name?: string } | undefined = prototype.constructor
  return creator?.name === undefined || Reflect.get(globalThis, creator.name) !== creator
}
