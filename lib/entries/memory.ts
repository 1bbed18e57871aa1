export { type MemoryStoreOptions, memoryStore } from '../memory/memoryStore.ts'
