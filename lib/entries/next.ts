import { createContentCache } from '../next/createContentCache.ts'
import { getDefaultStore } from './getDefaultStore.ts'

// One per bundle, on one store per process: that is what all of them share.
const defaultCache = createContentCache({ store: getDefaultStore() })

export const {
  CacheContent,
  RegisterContent,
  registerContent,
  expireObj,
  expireAfter,
  refreshObj,
  publishContent,
  requestMemo,
  onCacheEvent,
  followExpiries,
} = defaultCache
export { type ErrorCode, isContentCacheError } from '../core/errors.ts'
export type { CacheEvent, CacheListener, FragmentRef } from '../core/events.ts'
export type { ExportAs, ExportFormat } from '../core/exports/exportAs.ts'
export type { FragmentReport } from '../core/fragmentReport.ts'
export type { ContentObject, KeyOf } from '../core/getObjectKeys.ts'
export type { DynamicPart as Kept, Makeup } from '../core/makeup.ts'
export type { ContentAction } from '../messages/contentMessage.ts'
export type { Publication, PublishResult } from '../messages/publishContent.ts'
export type { ContentCacheOptions, ExpireResult, RefreshResult } from '../next/createContentCache.ts'
export { requestReport } from '../next/requestReport.ts'
export type { CacheContentProps, RegisterContentProps } from '../react/components.ts'
export { createContentCache }
