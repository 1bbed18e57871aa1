import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { describeStore } from '../store/suite.ts'
import { fakeClock } from '../support/fakeClock.ts'

const unit = 1_000

describeStore('memoryStore', ({ retention }) => {
  const clock = fakeClock()
  const store = memoryStore({ name: false, now: clock.now, retention: (retention * unit) / 1000 })
  // Each client is another object on the same content, as for two engines of one process.
  return { store, unit, open: () => ({ ...store }), advance: clock.advance, close() {} }
})
