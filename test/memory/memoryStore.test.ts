import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { describeStore } from '../store/suite.ts'
import { fakeClock } from '../support/fakeClock.ts'

const unit = 1_000

describeStore('memoryStore', ({ retention }) => {
  const clock = fakeClock()
  const store = memoryStore({ name: false, now: clock.now, retention: (retention * unit) / 1000 })
  // As two engines of one process have it: two objects, one content.
  return { store, unit, open: () => ({ ...store }), advance: clock.advance, close() {} }
})
