export type {
  BypassReason,
  CacheEvent,
  FragmentRef,
  MissReason,
  RebuildRefusal,
  StaleReason,
  StoreOperation,
} from '../core/events.ts'
export type { FragmentReport } from '../core/fragmentReport.ts'
export type { CommitResult } from '../core/fragmentStore.ts'
export type { ContentObject, KeyOf } from '../core/getObjectKeys.ts'
export type { DynamicPart, Makeup } from '../core/makeup.ts'
export type { UncacheableReason } from '../core/metadata.ts'
export {
  createFragmentTester,
  type FragmentTester,
  type RenderedFragment,
  renderFragment,
} from '../testing/createFragmentTester.ts'
