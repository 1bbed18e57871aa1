import type { DependencyScope } from '../../core/dependencyScope.ts'
import { getGlobalSingleton } from '../../core/getGlobalSingleton.ts'
import { createIdToken, deriveIdToken } from './idToken.ts'
import {
  findIdTokens,
  memoizeRenamer,
  renameIdTokens,
  renameIdTokensInStream,
  type TokenRenamer,
} from './renameIdTokens.ts'

/**
 * What keeps ids of server components unique on a page: tokens in them (see `idToken`) stand for the way of
 * fragments by which an id has come to the page.
 *
 * - A fragment's own ids have the token of its key.
 * - What comes out of a fill has the tokens of the fragments inside renamed by the key of the one around. So a child
 *   in two parents has other ids in each, and other ids than beside them.
 * - Where one place shows a fragment several times, the tokens of the second copy and of all further ones are renamed
 *   by their number. The copies are counted in the order in which React asks for them.
 *
 * None of this depends on which fragments were hits, nor on what else the page shows: ids are the same at a miss, at
 * each hit, in both passes of a prerender and in every process.
 *
 * A hit that is alone of its key in its place is shown as it is stored. Only a further copy has to be decoded by
 * itself.
 */
export interface PlacedIds {
  /** To be called with the fragment's key in the turn in which it is asked for. Further calls change nothing. */
  countCopy(key: string): void
  /** Whether the ids of a fragment have other names here than in its entry. */
  readonly isRenamed: boolean
  /** Whether `payload` has ids, and they differ. */
  hasRenamedIds(payload: Uint8Array): boolean
  /** What is stored, with the ids that it has in this place: the very same bytes where these are its own. */
  renamePayload(payload: Uint8Array): Uint8Array
  /** The same of what is being rendered. */
  renameStream(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array>
  /** The name that a token of the fragment has in this place. */
  readonly rename: TokenRenamer
}

/** Where a fragment is put. */
export interface IdPlace {
  /** One object for each render: of a page, or of a cache that is not ours. */
  readonly render: object
  /** Of the fragment around, if there is one. */
  readonly capture: DependencyScope | undefined
  /** Sets the ids of a render apart from those of all others, where it may be shown beside any. */
  readonly name?: (() => string) | undefined
}

interface PlaceState {
  /** How many copies of each fragment have been put there. */
  readonly copies: Map<string, number>
  /** Tokens that came with fragments; none of the place's own, which a fragment inside may have been given as props. */
  readonly nestedTokens: Set<string>
  readonly name: string
}

const placeStates = getGlobalSingleton('ids', () => new WeakMap<object, PlaceState>())

function getPlaceState(render: object, name?: () => string): PlaceState {
  let state = placeStates.get(render)
  if (state === undefined) {
    state = { copies: new Map(), nestedTokens: new Set(), name: name?.() ?? '' }
    placeStates.set(render, state)
  }
  return state
}

export function createPlacedIds({ render, capture, name }: IdPlace): PlacedIds {
  const { copies, nestedTokens, name: placeName } = getPlaceState(capture ?? render, name)
  const getAncestorTokens = capture && createAncestorTokensGetter(capture)
  let copy = 0

  const ids: PlacedIds = {
    countCopy(key) {
      if (copy > 0) return
      copy = (copies.get(key) ?? 0) + 1
      copies.set(key, copy)
    },
    get isRenamed() {
      return copy > 1 || placeName !== ''
    },
    hasRenamedIds(payload) {
      return ids.isRenamed && findIdTokens(payload).size > 0
    },
    renamePayload(payload) {
      if (ids.hasRenamedIds(payload)) return renameIdTokens(payload, ids.rename)
      if (capture !== undefined) for (const token of findIdTokens(payload)) ids.rename(token)
      return payload
    },
    renameStream(stream) {
      return capture === undefined && !ids.isRenamed ? stream : renameIdTokensInStream(stream, ids.rename)
    },
    rename: memoizeRenamer((token) => {
      // Made by a fragment around and passed in as a prop: there it has this name, too.
      if (getAncestorTokens?.().has(token)) return token
      const renamed = ids.isRenamed ? deriveIdToken(token, `${placeName}#${copy}`) : token
      nestedTokens.add(renamed)
      return renamed
    }),
  }
  return ids
}

/** What renames the ids of the fragments inside, in what a fill has rendered. */
export function createFillRenamer(capture: DependencyScope): TokenRenamer {
  const { nestedTokens } = getPlaceState(capture)
  const rename = memoizeRenamer((token) => deriveIdToken(token, getIdToken(capture)))
  return (token) => (nestedTokens.has(token) ? rename(token) : token)
}

/** What the ids have that a fragment makes itself. */
export function getIdToken({ key = '' }: DependencyScope): string {
  return createIdToken(key)
}

/** Tokens of a fragment and of those around it. */
function createAncestorTokensGetter(capture: DependencyScope): () => ReadonlySet<string> {
  let tokens: Set<string> | undefined
  return () => {
    if (tokens === undefined) {
      tokens = new Set()
      for (let outer: DependencyScope | undefined = capture; outer; outer = outer.parent) {
        if (outer.key !== undefined) tokens.add(getIdToken(outer))
      }
    }
    return tokens
  }
}
