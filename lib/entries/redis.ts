export type { RedisTarget } from '../redis/connection.ts'
export { type RedisStoreOptions, redisStore } from '../redis/redisStore.ts'
