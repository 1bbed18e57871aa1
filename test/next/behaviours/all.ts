import type { Site, SiteOptions } from '../../support/nextSite.ts'
import { editing } from './editing.ts'
import { fills } from './fills.ts'
import { guards } from './guards.ts'
import { hints } from './hints.ts'
import { ids, idsInParts, idsOfPrerendered } from './ids.ts'
import { markup } from './markup.ts'
import { memo } from './memo.ts'
import { memory } from './memory.ts'
import { nesting } from './nesting.ts'
import { output } from './output.ts'
import { actions, followsExpiry, pages, partlyPrerendered } from './pages.ts'
import { readOnceValues } from './readOnceValues.ts'
import { cacheDirective, tags } from './tags.ts'

/** All behaviours of a site that was built. `npm test` and the matrix of versions run the same. */
export function inProduction(site: () => Site, options: SiteOptions) {
  nesting(site)
  fills(site)
  guards(site, options)
  memo(site)
  tags(site)
  actions(site)
  pages(site)
  markup(site)
  output(site)
  readOnceValues(site)
  // Takes a minute, and depends on no bundler.
  if (!options.webpack) memory(site)
  ids(site)
  idsOfPrerendered(site)
  if (options.cacheComponents) {
    cacheDirective(site)
    partlyPrerendered(site)
    idsInParts(site)
  }
}

/** All behaviours of a site in `next dev`. */
export function inDevelopment(site: () => Site, options: SiteOptions) {
  nesting(site)
  guards(site, options)
  memo(site)
  tags(site)
  actions(site)
  followsExpiry(site)
  if (options.cacheComponents) cacheDirective(site)
  hints(site)
  ids(site)
  editing(site)
}
