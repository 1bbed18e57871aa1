// Imported with their extension, which Node requires outside of a bundler, as in a script or a unit test.
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
