import { setTimeout } from 'node:timers/promises'
import { vi } from 'vitest'
import { describeStore } from '../store/suite.ts'
import { redisForFile } from '../support/redisStores.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const redis = redisForFile()
const unit = 100

// Without copies, which would answer instead of Redis. They have their own tests.
describeStore('redisStore', ({ retention }) => {
  const site = redis.site({ local: false, retention: (retention * unit) / 1000 })
  return {
    store: site.open(),
    unit,
    open: () => site.open(),
    // Redis' clock cannot be set, so the test waits.
    advance: (milliseconds) => setTimeout(milliseconds),
    close: site.close,
  }
})
