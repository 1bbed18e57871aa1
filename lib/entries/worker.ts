export {
  type ContentCacheError,
  type ContentCacheTypeError,
  type ErrorCode,
  type ErrorWithCode,
  isContentCacheError,
} from '../core/errors.ts'
export type { ContentAction, ContentMessage } from '../messages/contentMessage.ts'
export type { InvalidationMode, InvalidationPlan } from '../messages/invalidationPlan.ts'
export type { RedisTarget } from '../redis/connection/redisClient.ts'
export type { KeyPrefixes } from '../redis/redisKeys.ts'
export { createWorker, type DryRun, type Worker } from '../worker/createWorker.ts'
export type { FragmentRoute } from '../worker/scripts/runEnqueueRoutes.ts'
export type { MessageSource, WorkerEvent, WorkerListener } from '../worker/workerEvent.ts'
export type { AdditionalWork, WorkerOptions } from '../worker/workerOptions.ts'
export type { WorkerStatus } from '../worker/workerStatus.ts'
