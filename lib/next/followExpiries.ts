import type { Engine } from '../core/engine.ts'
import type { FragmentStore } from '../core/fragmentStore.ts'
import { defineGlobalSingleton } from '../core/getGlobalSingleton.ts'
import { warnSeveralProcesses } from './detectSeveralProcesses.ts'
import { arePagesIn, getNextHandlers } from './handlers/nextHandlers.ts'
import { deleteTagsLocally, revalidateTagsLocally } from './internals/checkTags.ts'
import { hasUncachedPages } from './serveUncached.ts'
import { toDataTags } from './toDataTag.ts'
import { fromNextTag, getCatchAllTag, getUncachedTag, isInternalTag, toNextTag } from './toNextTag.ts'
import { getDelayedExpiries } from './trackPageRender.ts'

/** Tags of other processes' expiries to remember. When there are more, all pages with fragments expire. */
const MAX_REMEMBERED_TAGS = 20_000

const getFollowedNamespaces = defineGlobalSingleton(
  'followExpiries',
  () => new WeakMap<FragmentStore, Set<string>>(),
)

/**
 * Makes the pages that this process keeps follow the expiries of other processes: another Next server, a script, a
 * program in another language. Next itself does not notify its other processes.
 *
 * Further calls do nothing. Neither does a call in a build, which needs no store.
 */
export function followExpiries({ store, events }: Engine, namespace: string): void {
  const followedNamespaces = getFollowedNamespaces()
  const namespaces = followedNamespaces.get(store) ?? new Set()
  if (namespaces.has(namespace) || process.env.NEXT_PHASE === 'phase-production-build') return
  followedNamespaces.set(store, namespaces.add(namespace))
  warnSeveralProcesses(store)

  const catchAllTag = getCatchAllTag(namespace)
  const seenPageTags = new Set<string>()
  const seenDataTags = new Set<string>()

  const uncachedTag = getUncachedTag(namespace)

  /** Expires pages in a store of this library, in which no fragment can be cached. Their objects are unknown. */
  function expireUncachedPages(objects: readonly string[]) {
    if (hasUncachedPages() && !objects.includes(fromNextTag(uncachedTag)))
      getNextHandlers()
        .invalidateTags?.([uncachedTag])
        .catch(() => {})
  }

  function revalidate(tags: readonly string[], mode: 'expire' | 'refresh', data: readonly string[] = []) {
    revalidateTagsLocally(tags, mode === 'refresh' ? {} : { expire: 0 })
    revalidateTagsLocally(data, { expire: 0 })
    for (const { tag, seconds } of getDelayedExpiries(tags)) revalidateTagsLocally([tag], { expire: seconds })
  }

  function revalidateAll() {
    revalidate([catchAllTag], 'expire')
    for (const tags of [seenPageTags, seenDataTags]) {
      deleteTagsLocally(tags)
      tags.clear()
    }
  }

  let isGapReported = false
  store.subscribe?.({
    onExpiry(objects, mode) {
      if (arePagesIn(store)) return expireUncachedPages(objects)
      const tags = [...new Set(objects.map((object) => toNextTag(object, namespace)))]
      const data = toDataTags(objects, namespace)
      revalidate([...tags, uncachedTag], mode, data)
      // Tags of the site itself are not remembered, because the catch-all tag does not replace them.
      for (const tag of tags) if (isInternalTag(tag)) seenPageTags.add(tag)
      for (const tag of data) seenDataTags.add(tag)
      if (seenPageTags.size > MAX_REMEMBERED_TAGS) revalidateAll()
    },
    onGap(error) {
      if (!arePagesIn(store)) revalidateAll()
      if (error !== undefined && !isGapReported)
        events.emit({ type: 'store-error', operation: 'subscribe', error })
      isGapReported = error !== undefined
    },
  })
}
