import { getGlobalSingleton } from '../../core/getGlobalSingleton.ts'
import { forbidRequestData } from './guardRequestData.ts'
import { openUnit, type RenderUnit } from './renderUnit.ts'

const watchedPrototypes = getGlobalSingleton('watchedPrototypes', () => new WeakSet<object>())
const watchedUnits = getGlobalSingleton('watchedUnits', () => new WeakSet<object>())

/**
 * Makes the objects that `cookies()`, `headers()` and `draftMode()` give out refuse to be read in a fragment. A page
 * can read them outside, or hand in the promise of one, and read the object inside, where Next no longer looks.
 *
 * The methods are wrapped on the prototypes that Next's objects share, once per process: that covers objects, and
 * methods taken from them, that were given out before the fragment began. Next's promises need no wrapping, because
 * they hold nothing but these objects. Call it before a fragment renders.
 *
 * @param renderUnit what Next keeps of the request; nothing to do where it holds no request data
 */
export function watchRequestObjects(renderUnit: RenderUnit | undefined): void {
  const unit = renderUnit && openUnit(renderUnit)
  if (unit === undefined || !('headers' in unit) || watchedUnits.has(unit)) return
  watchedUnits.add(unit)
  watch(unit.cookies, forbidCookies)
  watch(unit.headers, forbidHeaders)
  if ('mutableCookies' in unit) watch(unit.mutableCookies, forbidCookies)
  if (unit.draftMode) watch(unit.draftMode, forbidDraftMode)
}

// The prototypes keep these for as long as the process lives. They are made here, because a minifier may write
// `watchRequestObjects` into its caller: made in there, they would hold the first fill.
const forbidCookies = () => forbidRequestData('cookies()')
const forbidHeaders = () => forbidRequestData('headers()')
/** Off is what a fragment gets from `draftMode()` of its own, and the same for all visitors. */
const forbidDraftMode = (value?: unknown) => value === true && forbidRequestData('draftMode()')

/** @param check called with the value of an accessor; before a method is run, with nothing */
function watch(object: object, check: (value?: unknown) => void): void {
  const prototype: unknown = Object.getPrototypeOf(object)
  if (!isNextPrototype(prototype) || watchedPrototypes.has(prototype)) return
  watchedPrototypes.add(prototype)
  for (const key of Reflect.ownKeys(prototype)) {
    const { value: method, get, ...rest } = Object.getOwnPropertyDescriptor(prototype, key) ?? {}
    if (key === 'constructor') continue
    if (typeof method === 'function') {
      Object.defineProperty(prototype, key, {
        ...rest,
        value: function watched(this: unknown, ...args: unknown[]) {
          check()
          return watchedIterator(method.apply(this, args), check)
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
  // JSON.stringify reads the fields behind the methods, but this one first.
  if (!('toJSON' in prototype)) {
    Object.defineProperty(prototype, 'toJSON', { configurable: true, get: () => void check() })
  }
}

/** An iterator over request data reads as it goes. */
function watchedIterator(result: unknown, check: () => void): unknown {
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

/** What iterators of the platform have in common. */
const ITERATOR: object = Object.getPrototypeOf(Object.getPrototypeOf([].values()))

/** The platform's own prototypes, such as that of `Headers`, belong to everyone. */
function isNextPrototype(prototype: unknown): prototype is object {
  if (typeof prototype !== 'object' || prototype === null) return false
  const creator: { readonly name?: string } | undefined = prototype.constructor
  return creator?.name === undefined || Reflect.get(globalThis, creator.name) !== creator
}
