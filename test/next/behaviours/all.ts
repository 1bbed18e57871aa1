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

/** Behaviours for which React or Next has other code in `next dev`. */
export function describeDevelopment(site: () => Site, options: SiteOptions) {
  describeNesting(site)
  describeGuards(site, options)
  describeActions(site)
  describeExpiry(site)
  describeHints(site)
  describeIds(site)
  describeEditing(site)
}

/** The other behaviours that a site in `next dev` has. Only the matrix runs them, because a built site shows the same. */
export function describeDevelopmentOfData(site: () => Site, options: SiteOptions) {
  describeMemo(site)
  describeTags(site)
  if (options.cacheComponents) describeCacheDirective(site)
}
