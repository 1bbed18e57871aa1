import { tagsManifest } from 'next/dist/server/lib/incremental-cache/tags-manifest.external.js'

/**
 * A tag that is always stale, and never expired. Next serves a page with it, and renders it again behind. A time in the
 * past would do that only for pages that have a lifetime.
 */
export const STALE_TAG = 'rcc:stale'

/** Makes Next take pages with {@link STALE_TAG} for stale. */
export function markStaleTag(): void {
  if (Map.prototype.get.call(tagsManifest, STALE_TAG) === undefined)
    Map.prototype.set.call(tagsManifest, STALE_TAG, { stale: Infinity })
}
