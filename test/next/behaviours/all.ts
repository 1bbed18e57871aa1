import type { Site, SiteOptions } from '../../support/nextSite.ts'
import { describeEditing } from './editing.ts'
import { describeFills } from './fills.ts'
import { describeGuards } from './guards.ts'
import { describeHints } from './hints.ts'
import { describeIds, describeIdsOfPartialPages, describeIdsOfPrerenderedPages } from './ids.ts'
import { describeMarkup } from './markup.ts'
import { describeMemo } from './memo.ts'
import { describeMemory } from './memory.ts'
import { describeNesting } from './nesting.ts'
import { describeOutput } from './output.ts'
import { describeActions, describeExpiry, describePages, describePartialPages } from './pages.ts'
import { describeReadOnceValues } from './readOnceValues.ts'
import { describeCacheDirective, describeTags } from './tags.ts'

/** All behaviours of a site that was built. `npm test` and the matrix of versions run the same. */
export function describeProduction(site: () => Site, options: SiteOptions) {
  describeNesting(site)
  describeFills(site)
  describeGuards(site, options)
  describeMemo(site)
  describeTags(site)
  describeActions(site)
  describePages(site)
  describeMarkup(site)
  describeOutput(site)
  describeReadOnceValues(site)
  // Takes a minute, and depends on no bundler.
  if (!options.webpack) describeMemory(site)
  describeIds(site)
  describeIdsOfPrerenderedPages(site)
  if (options.cacheComponents) {
    describeCacheDirective(site)
    describePartialPages(site)
    describeIdsOfPartialPages(site)
  }
}

/** All behaviours of a site in `next dev`. */
export function describeDevelopment(site: () => Site, options: SiteOptions) {
  describeNesting(site)
  describeGuards(site, options)
  describeMemo(site)
  describeTags(site)
  describeActions(site)
  describeExpiry(site)
  if (options.cacheComponents) describeCacheDirective(site)
  describeHints(site)
  describeIds(site)
  describeEditing(site)
}
