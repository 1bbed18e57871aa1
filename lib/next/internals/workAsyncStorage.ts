// Imported with their extension: outside a bundler (a script, a unit test) Node insists on it.
import { dynamicAccessAsyncStorage } from 'next/dist/server/app-render/dynamic-access-async-storage.external.js'
import { type WorkStore, workAsyncStorage } from 'next/dist/server/app-render/work-async-storage.external.js'
import {
  getCacheSignal,
  type PublicUseCacheStore,
  type WorkUnitStore,
  workUnitAsyncStorage,
} from 'next/dist/server/app-render/work-unit-async-storage.external.js'

export type { PublicUseCacheStore, WorkStore, WorkUnitStore }
export { dynamicAccessAsyncStorage, getCacheSignal, workAsyncStorage, workUnitAsyncStorage }
