import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { describeStore } from '../store/suite.ts'
import { fakeClock } from '../support/fakeClock.ts'

describeStore('memoryStore', ({ retention }) => {
  const clock = fakeClock()
  const store = memoryStore({ name: false, now: clock.now, retention })
  // As two engines of one process have it: two objects, one content.
  return { store, open: () => ({ ...store }), advance: clock.advance, close() {} }
})
