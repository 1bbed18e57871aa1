import type { ReactNode } from 'react'
import CacheHandler from 'react-cache-content/cache-handler'
import { withContentCache } from 'react-cache-content/config'
import { createContentClient, type FragmentStore, inspectObj } from 'react-cache-content/core'
import { memoryStore } from 'react-cache-content/memory'
import {
  CacheContent,
  type CacheEvent,
  createContentCache,
  expireObj,
  publishContent,
  RegisterContent,
  registerContent,
  requestMemo,
  requestReport,
} from 'react-cache-content/next'
import { type RedisStoreOptions, redisStore } from 'react-cache-content/redis'
import { createFragmentTester, renderFragment } from 'react-cache-content/testing'
import useCacheHandler from 'react-cache-content/use-cache-handler'
import { createWorker, type WorkerEvent } from 'react-cache-content/worker'

// This program is only compiled, with each version of TypeScript and each way of resolving modules that users have.

const options: RedisStoreOptions = { namespace: 'cc' }
export const stores: FragmentStore[] = [
  memoryStore({ maxBytes: 1_000_000 }),
  redisStore('redis://host', options),
]

export const nextConfig: { cacheComponents: boolean } = withContentCache(
  { cacheComponents: true },
  { pages: false },
)
export const handlers = { CacheHandler, useCacheHandler }

const keyOf = (obj: unknown) => (obj instanceof Date ? `day:${obj.getDay()}` : undefined)
const store = memoryStore()
export const cache = createContentCache({ store, keyOf })
export const client = createContentClient({ store, keyOf })

const load = requestMemo(async (id: string) => ({ id }))

export async function Page({ id }: { id: string }): Promise<ReactNode> {
  const story = await load(id)
  registerContent(`story:${story.id}`)
  return (
    <CacheContent name="page" vary={[id]} ttl={60} swr={10}>
      <RegisterContent obj={['story:1', null]} />
      {/* @ts-expect-error a fragment has a name */}
      <CacheContent vary={[id]}>{story.id}</CacheContent>
    </CacheContent>
  )
}

export async function edit(): Promise<number> {
  const { expired, pagesRevalidated } = await expireObj('story:1')
  await publishContent('story:1', { action: 'save' })
  const [shown] = await inspectObj('story:1')
  return pagesRevalidated && shown ? expired : 0
}

export const typeOf = (event: CacheEvent | WorkerEvent): string => event.type
export const others = [requestReport, createFragmentTester, renderFragment, createWorker]
