import type { DependencyScope } from '../../core/dependencyScope.ts'
import { defineGlobalSingleton } from '../../core/getGlobalSingleton.ts'
import { createIdToken, deriveIdToken } from './idToken.ts'
import {
  findIdTokens,
  memoizeRenamer,
  renameIdTokens,
  renameIdTokensInStream,
  type TokenRenamer,
} from './renameIdTokens.ts'

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
  /** Like {@link renamePayload}, for output that is still being rendered. */
  renameStream(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array>
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

const getPlaceStates = defineGlobalSingleton('ids', () => new WeakMap<object, PlaceState>())

function getPlaceState(render: object, name?: () => string): PlaceState {
  const placeStates = getPlaceStates()
  let state = placeStates.get(render)
  if (state === undefined) {
    state = { copies: new Map(), nestedTokens: new Set(), name: name?.() ?? '' }
    placeStates.set(render, state)
  }
  return state
}

export function createPlacedIds({ render, scope, name }: IdPlace): PlacedIds {
  const { copies, nestedTokens, name: placeName } = getPlaceState(scope ?? render, name)
  const getAncestorTokens = scope && createAncestorTokensGetter(scope)
  let copy = 0

  const ids: PlacedIds = {
    countCopy(key) {
      if (copy > 0) return
      copy = (copies.get(key) ?? 0) + 1
      copies.set(key, copy)
    },
    get hasOtherIdsThanEntry() {
      return copy > 1 || placeName !== ''
    },
    mustRename(payload) {
      return ids.hasOtherIdsThanEntry && findIdTokens(payload).size > 0
    },
    renamePayload(payload) {
      if (ids.mustRename(payload)) return renameIdTokens(payload, ids.rename)
      recordNestedTokens(payload)
      return payload
    },
    renameStream(stream) {
      return scope === undefined && !ids.hasOtherIdsThanEntry
        ? stream
        : renameIdTokensInStream(stream, ids.rename)
    },
    rename: memoizeRenamer((token) => {
      // An ancestor made this id and passed it as a prop. The id keeps its name, so that both sides agree.
      if (getAncestorTokens?.().has(token)) return token
      const renamed = ids.hasOtherIdsThanEntry ? deriveIdToken(token, `${placeName}#${copy}`) : token
      nestedTokens.add(renamed)
      return renamed
    }),
  }
  return ids

  /** Calls `rename`, which records the tokens for the parent's fill. That fill renames them even if this place does not. */
  function recordNestedTokens(payload: Uint8Array): void {
    if (scope !== undefined) for (const token of findIdTokens(payload)) ids.rename(token)
  }
}

/** Creates the function that renames the ids of nested fragments in the output of a fill. */
export function createFillRenamer(scope: DependencyScope): TokenRenamer {
  const { nestedTokens } = getPlaceState(scope)
  const rename = memoizeRenamer((token) => deriveIdToken(token, getIdToken(scope)))
  return (token) => (nestedTokens.has(token) ? rename(token) : token)
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
