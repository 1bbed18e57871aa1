import type { DependencyScope } from '../../core/dependencyScope.ts'
import { defineGlobalSingleton } from '../../core/getGlobalSingleton.ts'
import { defineScopeState } from '../../core/scopeState.ts'
import { createIdToken, deriveIdToken } from './idToken.ts'
import { findIdTokens, memoizeRenamer, renameIdTokens, type TokenRenamer } from './renameIdTokens.ts'

/**
 * Keeps the ids of server components unique on a page. The tokens in the ids (see `idToken.ts`) stand for the chain of
 * fragments through which an id reaches the page.
 *
 * - A fragment's own ids have the token of its key.
 * - In the output of a fill, the tokens of the fragments inside are renamed by the key of the filled fragment. So a
 *   child in two parents has other ids in each, and other ids than a copy beside them.
 * - Where one place shows a fragment several times, the tokens of the second and all further copies are renamed by the
 *   number of the copy. The copies are counted in the order in which React asks for them.
 *
 * None of this depends on hits and misses or on the rest of the page. The ids are the same at a miss, at each hit, in
 * both passes of a prerender and in every process.
 *
 * The first copy of a hit in its place is shown as it is stored. Only further copies are decoded separately.
 */
export interface PlacedIds {
  /** Must be called synchronously when React asks for the fragment, with the fragment's key. Later calls do nothing. */
  countCopy(key: string): void
  /** Whether the ids of the fragment have other names here than in its entry. */
  readonly hasOtherIdsThanEntry: boolean
  /** Whether `payload`, as its entry has it, contains ids that have other names here. */
  mustRename(payload: Uint8Array): boolean
  /** @returns the payload with the ids of this place; `payload` itself where they are the same */
  renamePayload(payload: Uint8Array): Uint8Array
  /** Returns the name that a token of the fragment has in this place, and records the name for the parent's fill. */
  readonly rename: TokenRenamer
}

/** The place in which a fragment is shown. */
export interface IdPlace {
  /** One object for each render of a page or of a `'use cache'`. */
  readonly render: object
  /** The scope of the parent fragment, if there is one. */
  readonly scope: DependencyScope | undefined
  /** Distinguishes the ids of this render from the ids of all renders that may be shown beside it. */
  readonly name?: (() => string) | undefined
}

interface PlaceState {
  /** Number of copies of each fragment in this place so far. */
  readonly copies: Map<string, number>
  /** Tokens that came with fragments. Excludes the place's own tokens, which a fragment may have got as props. */
  readonly nestedTokens: Set<string>
  readonly name: string
}

const stateOfScope = defineScopeState<PlaceState>('ids')
const getStatesByRender = defineGlobalSingleton('ids', () => new WeakMap<object, PlaceState>())

/** The state of a fragment that contains others. */
function getScopeState(scope: DependencyScope): PlaceState {
  let state = stateOfScope.get(scope)
  if (state === undefined) {
    state = createPlaceState('')
    stateOfScope.set(scope, state)
  }
  return state
}

/** The state of a page, or of a `'use cache'`. */
function getRenderState(render: object, name?: () => string): PlaceState {
  const states = getStatesByRender()
  let state = states.get(render)
  if (state === undefined) {
    state = createPlaceState(name?.() ?? '')
    states.set(render, state)
  }
  return state
}

const createPlaceState = (name: string): PlaceState => ({ copies: new Map(), nestedTokens: new Set(), name })

export function createPlacedIds(place: IdPlace): PlacedIds {
  return new PlaceOfFragment(place)
}

/** A class that computes what few fragments need when they need it. */
class PlaceOfFragment implements PlacedIds {
  readonly #scope: DependencyScope | undefined
  readonly #state: PlaceState
  #copy = 0
  #rename: TokenRenamer | undefined

  constructor({ render, scope, name }: IdPlace) {
    this.#scope = scope
    this.#state = scope ? getScopeState(scope) : getRenderState(render, name)
  }

  countCopy(key: string): void {
    if (this.#copy > 0) return
    const { copies } = this.#state
    this.#copy = (copies.get(key) ?? 0) + 1
    copies.set(key, this.#copy)
  }

  get hasOtherIdsThanEntry(): boolean {
    return this.#copy > 1 || this.#state.name !== ''
  }

  mustRename(payload: Uint8Array): boolean {
    return this.hasOtherIdsThanEntry && findIdTokens(payload).size > 0
  }

  renamePayload(payload: Uint8Array): Uint8Array {
    if (this.mustRename(payload)) return renameIdTokens(payload, this.rename)
    // The parent's fill renames them even if this place does not, so it must know them.
    if (this.#scope !== undefined) for (const token of findIdTokens(payload)) this.rename(token)
    return payload
  }

  get rename(): TokenRenamer {
    this.#rename ??= this.#createRenamer()
    return this.#rename
  }

  #createRenamer(): TokenRenamer {
    const { nestedTokens, name } = this.#state
    const getAncestorTokens = this.#scope && createAncestorTokensGetter(this.#scope)
    return memoizeRenamer((token) => {
      // An ancestor made this id and passed it as a prop. The id keeps its name, so that both sides agree.
      if (getAncestorTokens?.().has(token)) return token
      const renamed = this.hasOtherIdsThanEntry ? deriveIdToken(token, `${name}#${this.#copy}`) : token
      nestedTokens.add(renamed)
      return renamed
    })
  }
}

/** Creates the function that renames the ids of nested fragments in the output of a fill. */
export function createFillRenamer(scope: DependencyScope): TokenRenamer {
  const { nestedTokens } = getScopeState(scope)
  let rename: TokenRenamer | undefined
  return (token) => {
    rename ??= memoizeRenamer((nested) => deriveIdToken(nested, getIdToken(scope)))
    return nestedTokens.has(token) ? rename(token) : token
  }
}

/** Returns the token in the ids that a fragment makes itself. */
export function getIdToken({ key = '' }: DependencyScope): string {
  return createIdToken(key)
}

/** The result returns the tokens of a fragment and of its ancestors. */
function createAncestorTokensGetter(scope: DependencyScope): () => ReadonlySet<string> {
  let tokens: Set<string> | undefined
  return () => {
    if (tokens === undefined) {
      tokens = new Set()
      for (let ancestor: DependencyScope | undefined = scope; ancestor; ancestor = ancestor.parent) {
        if (ancestor.key !== undefined) tokens.add(getIdToken(ancestor))
      }
    }
    return tokens
  }
}
