// Checked by `tsc` alone: each line under `@ts-expect-error` must be refused.
import { createContentClient } from '../../lib/entries/core.ts'
import { createContentCache, expireObj, registerContent } from '../../lib/entries/next.ts'
import { createFragmentTester } from '../../lib/entries/testing.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'

class Story {
  readonly title = ''
  objKey() {
    return 'story:1'
  }
}

interface Row {
  readonly table: string
  readonly id: number
}

const row: Row = { table: 'story', id: 1 }
const store = memoryStore()
const author: { readonly obj_key: string } | undefined = undefined

registerContent('story:1', new Story(), [['story:1', { obj_key: 'story:2' }], author], null, undefined, false)
await expireObj([{ objKey: 'story:1' }, author && [author]])

// @ts-expect-error an object without a key
registerContent({})
// @ts-expect-error a row without `keyOf`
registerContent(row)
// @ts-expect-error a number
registerContent(1)
// @ts-expect-error `true` is not skipped
registerContent(true)
// @ts-expect-error a promise of a key
await expireObj(Promise.resolve('story:1'))
// @ts-expect-error an object without a key in a list
await expireObj(['story:1', { title: 'Spring' }])

const rows = createContentCache({ store, keyOf: (obj: Row) => `${obj.table}:${obj.id}` })
await rows.expireObj([row, 'story:1', new Story()])
await rows.expireAfter(
  async () => row,
  (saved) => ['story:new', saved],
)
rows.registerContent(row, row)
// @ts-expect-error neither a key nor a row
await rows.expireObj({ id: 1 })

// A `keyOf` that takes anything decides by itself.
const anything = createContentCache({ store, keyOf: (obj) => (obj instanceof Map ? 'map' : undefined) })
await anything.expireObj(new Map())

const carriers = createContentCache({ store, namespace: 'shop', fillTimeout: 1_000 })
await carriers.expireObj(new Story())
// @ts-expect-error a row without `keyOf`
await carriers.expireObj(row)

await createContentClient({ keyOf: (obj: Row) => obj.table }).inspectObj(row)
// @ts-expect-error a row without `keyOf`
await createContentClient({ store }).inspectObj(row)

await createFragmentTester({ keyOf: (obj: Row) => obj.table }).expireObj(row)
// @ts-expect-error a row without `keyOf`
await createFragmentTester().expireObj(row)
