export type { FragmentStore } from '../core/fragmentStore.ts'
export type { RedisTarget } from '../redis/connection/redisClient.ts'
export type { KeyPrefixes } from '../redis/redisKeys.ts'
export { type RedisStoreOptions, redisStore } from '../redis/redisStore.ts'
