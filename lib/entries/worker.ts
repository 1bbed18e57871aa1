export {
  type ContentCacheError,
  type ContentCacheTypeError,
  type ErrorCode,
  type ErrorWithCode,
  isContentCacheError,
} from '../core/errors.ts'
export type { ContentAction, ContentMessage } from '../messages/contentMessage.ts'
export type { InvalidationMode, InvalidationPlan } from '../messages/invalidationPlan.ts'
export type { RedisTarget } from '../redis/connection.ts'
export type { FragmentRoute } from '../redis/rebuildQueue.ts'
export type { KeyPrefixes } from '../redis/redisKeys.ts'
export type { AdditionalWork } from '../worker/additionalWork.ts'
export { createWorker, type DryRun, type Worker } from '../worker/createWorker.ts'
export type { MessageSource, WorkerEvent, WorkerListener } from '../worker/workerEvent.ts'
export type { WorkerOptions } from '../worker/workerOptions.ts'
export type { WorkerStatus } from '../worker/workerStatus.ts'
