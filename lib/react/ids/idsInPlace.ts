import type { Capture } from '../../core/capture.ts'
import { processWide } from '../../core/processWide.ts'
import { derivedToken, idToken } from './idToken.ts'
import { type Rename, renameTokens, renameTokensInStream, renamingOnce, tokensIn } from './renameTokens.ts'

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
export interface IdsInPlace {
  /** To be called with the fragment's key in the turn in which it is asked for. Further calls change nothing. */
  count(key: string): void
  /** Whether the ids of a fragment have other names here than in its entry. */
  readonly differ: boolean
  /** Whether `payload` has ids, and they differ. */
  differIn(payload: Uint8Array): boolean
  /** What is stored, with the ids that it has in this place: the very same bytes where these are its own. */
  inPayload(payload: Uint8Array): Uint8Array
  /** The same of what is being rendered. */
  inStream(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array>
  /** The name that a token of the fragment has in this place. */
  readonly rename: Rename
}

/** Where a fragment is put. */
export interface IdPlace {
  /** One object for each render: of a page, or of a cache that is not ours. */
  readonly render: object
  /** Of the fragment around, if there is one. */
  readonly capture: Capture | undefined
  /** Sets the ids of a render apart from those of all others, where it may be shown beside any. */
  readonly name?: (() => string) | undefined
}

interface Ids {
  /** How many copies of each fragment have been put there. */
  readonly copies: Map<string, number>
  /** Tokens that came with fragments; none of the place's own, which a fragment inside may have been given as props. */
  readonly brought: Set<string>
  readonly name: string
}

const idsOf = processWide('ids', () => new WeakMap<object, Ids>())

function idsIn(render: object, name?: () => string): Ids {
  let ids = idsOf.get(render)
  if (ids === undefined) {
    ids = { copies: new Map(), brought: new Set(), name: name?.() ?? '' }
    idsOf.set(render, ids)
  }
  return ids
}

export function idsInPlace({ render, capture, name }: IdPlace): IdsInPlace {
  const { copies, brought, name: placeName } = idsIn(capture ?? render, name)
  const own = capture && ownTokensOf(capture)
  let copy = 0

  const ids: IdsInPlace = {
    count(key) {
      if (copy > 0) return
      copy = (copies.get(key) ?? 0) + 1
      copies.set(key, copy)
    },
    get differ() {
      return copy > 1 || placeName !== ''
    },
    differIn(payload) {
      return ids.differ && tokensIn(payload).size > 0
    },
    inPayload(payload) {
      if (ids.differIn(payload)) return renameTokens(payload, ids.rename)
      if (capture !== undefined) for (const token of tokensIn(payload)) ids.rename(token)
      return payload
    },
    inStream(stream) {
      return capture === undefined && !ids.differ ? stream : renameTokensInStream(stream, ids.rename)
    },
    rename: renamingOnce((token) => {
      // Made by a fragment around and passed in as a prop: there it has this name, too.
      if (own?.().has(token)) return token
      const renamed = ids.differ ? derivedToken(token, `${placeName}#${copy}`) : token
      brought.add(renamed)
      return renamed
    }),
  }
  return ids
}

/** What renames the ids of the fragments inside, in what a fill has rendered. */
export function idsOutOfFill(capture: Capture): Rename {
  const { brought } = idsIn(capture)
  const rename = renamingOnce((token) => derivedToken(token, ownToken(capture)))
  return (token) => (brought.has(token) ? rename(token) : token)
}

/** What the ids have that a fragment makes itself. */
export function ownToken({ key = '' }: Capture): string {
  return idToken(key)
}

/** Tokens of a fragment and of those around it. */
function ownTokensOf(capture: Capture): () => ReadonlySet<string> {
  let tokens: Set<string> | undefined
  return () => {
    if (tokens === undefined) {
      tokens = new Set()
      for (let outer: Capture | undefined = capture; outer; outer = outer.parent) {
        if (outer.key !== undefined) tokens.add(ownToken(outer))
      }
    }
    return tokens
  }
}
