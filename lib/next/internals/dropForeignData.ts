import { deflateSync, inflateSync } from 'node:zlib'

/** Limits what a state can make this process allocate. Next has the same limit. */
const MAX_BYTES = 500 * 1024 * 1024

interface ResumeData {
  readonly store: {
    readonly cache?: Readonly<Record<string, { readonly entry?: { readonly tags?: readonly string[] } }>>
    readonly fetch?: Readonly<Record<string, { readonly tags?: readonly string[] }>>
    /** Arguments of server functions. */
    readonly encryptedBoundArgs?: Readonly<Record<string, unknown>>
  }
}

/**
 * Removes from the postponed state of a prerendered page the data that the page does not show. Next renders the dynamic
 * parts of the page from the data in the state, and does not look whether its tags were expired since. A build puts the
 * data of all pages of a route into the state of the shell that they share, and the tags of the shell do not name it.
 *
 * @param pageTags the tags of the page. When one of them is expired, the page is gone with its state
 * @throws when this version of Next keeps the data in another form
 */
export function dropForeignData(postponed: string, pageTags: readonly string[]): string {
  const state = splitState(postponed)
  if (state === undefined) return postponed
  const known = new Set(pageTags)
  const isOwn = (tags: readonly string[] = []) => tags.every((tag) => known.has(tag))
  const { cache = {}, fetch = {}, ...others } = state.data.store
  const ownCache = pick(cache, ({ entry }) => isOwn(entry?.tags))
  const ownFetch = pick(fetch, ({ tags }) => isOwn(tags))
  if (count(ownCache) === count(cache) && count(ownFetch) === count(fetch)) return postponed
  if (count(ownCache) + count(ownFetch) + count(others.encryptedBoundArgs ?? {}) === 0)
    return `${state.head}null`
  const json = JSON.stringify({ ...state.data, store: { ...others, cache: ownCache, fetch: ownFetch } })
  return state.head + (state.isPlain ? json : deflateSync(json).toString('base64'))
}

/** The state is the length of its first part, a colon, the first part, and the data: compressed JSON, or `null`. */
function splitState(postponed: string) {
  const length = /^(\d+):/.exec(postponed)
  if (length === null) return undefined
  const start = length[0].length + Number(length[1])
  const text = postponed.slice(start)
  if (text === '' || text === 'null') return undefined
  const isPlain = text.startsWith('{')
  const json = isPlain
    ? text
    : inflateSync(Buffer.from(text, 'base64'), { maxOutputLength: MAX_BYTES }).toString()
  return { head: postponed.slice(0, start), data: JSON.parse(json) as ResumeData, isPlain }
}

function pick<T>(record: Readonly<Record<string, T>>, test: (value: T) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => test(value)))
}

function count(record: object): number {
  return Object.keys(record).length
}
