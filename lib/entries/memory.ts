export type { FragmentStore } from '../core/fragmentStore.ts'
export { type MemoryStoreOptions, memoryStore } from '../memory/memoryStore.ts'
