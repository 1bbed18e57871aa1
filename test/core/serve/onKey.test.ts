import { expect, it } from 'vitest'
import { createFragmentKey } from '../../../lib/core/fragmentKey.ts'
import { createFragmentRequest } from '../../../lib/core/fragmentRequest.ts'
import { serveFragmentSync } from '../../../lib/core/serve/serveFragmentSync.ts'
import { createSite } from '../../support/fakeSite.ts'

const createKey = (name: string) => createFragmentKey({ name, version: '1' })

it('the host receives the keys of fragments in the order of its requests', async () => {
  const page = createSite().request()
  const keys: string[] = []
  const onKey = (key: string) => keys.push(key)
  const serving = ['one', 'two', 'one'].map((name) => page.serve(name, () => [name], { onKey }))
  expect(keys).toEqual(['one', 'two', 'one'].map(createKey))
  await Promise.all(serving)
  expect(keys).toHaveLength(3)
})

it('the host receives the key of a fragment that it serves synchronously', async () => {
  const site = createSite()
  await (await site.request().serve('one', () => ['output'])).report
  const peekDecoded = (_: Uint8Array, key: string) => ({ value: key })
  const request = createFragmentRequest({ name: 'one', version: '1' })
  expect(serveFragmentSync(site.engine, request, { peekDecoded })?.value).toBe(createKey('one'))
})
