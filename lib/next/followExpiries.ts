import type { Engine } from '../core/engine.ts'
import { processWide } from '../core/processWide.ts'
import type { FragmentStore } from '../core/store.ts'
import { dataTagsOf } from './dataTags.ts'
import { forgetTagsHere, revalidateTagsHere } from './internals/nextTags.ts'
import { laterExpiries } from './pagesUnderWay.ts'
import { isOurs, tagOfAnything, tagOfObject, tagOfUncached } from './pageTags.ts'
import { saySeveralProcesses } from './saySeveralProcesses.ts'

/** Tags of others' expiries that are remembered one by one; past that, all pages with fragments expire. */
const REMEMBERED = 20_000

const following = processWide('followExpiries', () => new WeakMap<FragmentStore, Set<string>>())

/**
 * Has the pages that this process keeps follow the expiries of other processes: another Next server, a
 * script, a program in another language. Next itself tells its other processes nothing.
 *
 * Does nothing when it is done already, and in a build, which needs no store.
 */
export function followExpiries({ store, events }: Engine, namespace: string): void {
  const namespaces = following.get(store) ?? new Set()
  if (namespaces.has(namespace) || process.env.NEXT_PHASE === 'phase-production-build') return
  following.set(store, namespaces.add(namespace))
  saySeveralProcesses(store)

  const anything = tagOfAnything(namespace)
  const seen = new Set<string>()
  const seenData = new Set<string>()

  function revalidate(tags: readonly string[], how: 'expire' | 'refresh', data: readonly string[] = []) {
    revalidateTagsHere(tags, how === 'refresh' ? {} : { expire: 0 })
    revalidateTagsHere(data, { expire: 0 })
    for (const { tag, seconds } of laterExpiries(tags)) revalidateTagsHere([tag], { expire: seconds })
  }

  function revalidateAll() {
    revalidate([anything], 'expire')
    for (const tags of [seen, seenData]) {
      forgetTagsHere(tags)
      tags.clear()
    }
  }

  let silent = false
  store.follow?.({
    expired(objects, how) {
      const tags = [...new Set(objects.map((object) => tagOfObject(object, namespace)))]
      const data = dataTagsOf(objects, namespace)
      revalidate([...tags, tagOfUncached(namespace)], how, data)
      // Not what the site's own code revalidates: nothing would stand in for that.
      for (const tag of tags) if (isOurs(tag)) seen.add(tag)
      for (const tag of data) seenData.add(tag)
      if (seen.size > REMEMBERED) revalidateAll()
    },
    missed(error) {
      revalidateAll()
      if (error !== undefined && !silent) events.emit({ type: 'store-error', operation: 'follow', error })
      silent = error !== undefined
    },
  })
}
