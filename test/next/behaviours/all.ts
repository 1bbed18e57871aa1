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
import { describeTrees } from './trees.ts'
import { describeWork } from './work.ts'

/** All behaviours of a site that was built. `npm test` and the matrix of versions run the same. */
export function describeProduction(site: () => Site, options: SiteOptions) {
  describeNesting(site)
  describeTrees(site)
  describeWork(site)
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

/** Behaviours that depend on the development code of React, Next or the library. The last one edits a component. */
export function describeDevelopment(site: () => Site, options: SiteOptions) {
  describeNesting(site)
  describeGuards(site, options)
  describeActions(site)
  describeExpiry(site)
  describeHints(site)
  describeIds(site)
  describeEditing(site)
}

/**
 * `requestMemo` and Next's own caches in `next dev`. Only the matrix runs them, because they do not depend on development
 * code.
 */
export function describeLoadersInDevelopment(site: () => Site, options: SiteOptions) {
  describeMemo(site)
  describeTags(site)
  if (options.cacheComponents) describeCacheDirective(site)
}
