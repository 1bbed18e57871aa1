import * as ReactDOM from 'react-dom'
import { type DependencyScope, getCurrentScope } from '../../core/dependencyScope.ts'
import { defineGlobalSingleton } from '../../core/getGlobalSingleton.ts'
import { defineScopeState } from '../../core/scopeState.ts'
import { COMPONENT_PRELOAD, type ImagePreload } from '../../react/compaction/imagePreload.ts'

/**
 * A call of React's `preload()` or a similar function: the letter that React's `HintDispatch` has for the function, or
 * `COMPONENT_PRELOAD`, and the arguments.
 */
export type HintCall = readonly [code: string, ...args: readonly unknown[]]

type Dispatcher = Record<string, (...args: unknown[]) => void>

const internals = (ReactDOM as unknown as Record<string, { readonly d?: Dispatcher } | undefined>)
  .__DOM_INTERNALS_DO_NOT_USE_OR_WARN_USERS_THEY_CANNOT_UPGRADE

/** `prefetchDNS`, `preconnect`, `preload`, `preloadModule`, `preinit` of scripts and of style sheets, `preinitModule`. */
const CODES = ['D', 'C', 'L', 'm', 'X', 'S', 'M']

const getWatchedDispatchers = defineGlobalSingleton('watchedHintDispatchers', () => new WeakSet<Dispatcher>())
const collectorOfScope = defineScopeState<HintCollector>('hints')

/** Collects the hints of a fragment, which has no render of its own that could take them. */
export class HintCollector {
  readonly #listeners: ((call: HintCall) => void)[] = []
  #calls: HintCall[] | undefined
  #seen: Set<string> | undefined

  /** @param showsElements whether no component of this library shows the fragment, which would repeat the preloads of others */
  constructor(
    scope: DependencyScope,
    readonly showsElements = false,
  ) {
    watchDispatcher()
    collectorOfScope.set(scope, this)
  }

  /** @param listener called once for each different hint, also for those so far */
  watch(listener: (call: HintCall) => void): void {
    this.#listeners.push(listener)
    this.#calls?.forEach(listener)
  }

  /** A copy of the hints so far, or nothing when there are none. */
  list(): readonly HintCall[] | undefined {
    return this.#calls && [...this.#calls]
  }

  /** Adds the preloads of images that are HTML. */
  addImages(preloads: readonly ImagePreload[]): void {
    for (const { src, options, preloadsItself } of preloads)
      this.add([preloadsItself === undefined ? 'L' : COMPONENT_PRELOAD, src, 'image', options])
  }

  add(hint: HintCall): void {
    const call: HintCall =
      this.showsElements && hint[0] === COMPONENT_PRELOAD ? ['L', ...hint.slice(1)] : hint
    const text = JSON.stringify(call)
    this.#seen ??= new Set()
    if (this.#seen.has(text)) return
    this.#seen.add(text)
    this.#calls ??= []
    this.#calls.push(omitEmptyArguments(JSON.parse(text) as HintCall))
    for (const listener of this.#listeners) listener(call)
  }
}

/** Adds a hint to those of a fragment that is being rendered. */
export function addHint(scope: DependencyScope, call: HintCall): void {
  collectorOfScope.get(scope)?.add(call)
}

function watchDispatcher(): void {
  const dispatcher = internals?.d
  if (dispatcher === undefined || getWatchedDispatchers().has(dispatcher)) return
  getWatchedDispatchers().add(dispatcher)
  for (const code of CODES) {
    const emit = dispatcher[code]
    if (typeof emit !== 'function') continue
    dispatcher[code] = function emitOrCollect(this: unknown, ...args) {
      const scope = getCurrentScope()
      const collector = scope && collectorOfScope.get(scope)
      if (collector) collector.add([code, ...args])
      else emit.apply(this, args)
    }
  }
}

/** Flight leaves out options without a value as well. */
function omitEmptyArguments([code, ...args]: HintCall): HintCall {
  const isEmpty = (arg: unknown) => arg === null || (typeof arg === 'object' && Object.keys(arg).length === 0)
  return [code, ...args.slice(0, args.findLastIndex((arg) => !isEmpty(arg)) + 1)]
}
