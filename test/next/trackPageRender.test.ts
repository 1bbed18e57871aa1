import { expect, it } from 'vitest'
import { now } from '../../lib/next/requestScope.ts'
import { getDelayedExpiries, hasExpiredSince } from '../../lib/next/trackPageRender.ts'

it('an expiry during a render is remembered, however many others follow it', () => {
  const startedAt = now()
  getDelayedExpiries(['story:1'])
  for (let object = 0; object < 30_000; object++) getDelayedExpiries([`other:${object}`])
  expect(hasExpiredSince(['story:1'], startedAt)).toBe(true)
  expect(hasExpiredSince(['story:1'], now() + 1)).toBe(false)
})
