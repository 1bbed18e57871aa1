import { expect, it } from 'vitest'
import { expiredSince, laterExpiries } from '../../lib/next/pagesUnderWay.ts'
import { now } from '../../lib/next/requestScope.ts'

it('an expiry during a render is remembered, however many others follow it', () => {
  const began = now()
  laterExpiries(['story:1'])
  for (let object = 0; object < 30_000; object++) laterExpiries([`other:${object}`])
  expect(expiredSince(['story:1'], began)).toBe(true)
  expect(expiredSince(['story:1'], now() + 1)).toBe(false)
})
