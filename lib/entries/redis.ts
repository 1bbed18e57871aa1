export type { RedisTarget } from '../redis/connection/connection.ts'
export { type RedisStoreOptions, redisStore } from '../redis/redisStore.ts'
