export type { RedisTarget } from '../redis/connection/redisClient.ts'
export { type RedisStoreOptions, redisStore } from '../redis/redisStore.ts'
