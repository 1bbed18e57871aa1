import { describe, expect, it } from 'vitest'
import { createRebuildSignature, verifyRebuildSignature } from '../../lib/core/rebuildSignature.ts'
import { authorizeRebuild } from '../../lib/next/authorizeRebuild.ts'

const secret = 'a secret of the tests'
let now = Date.UTC(2026, 0, 1)
/** Advances the clock so far that earlier grants no longer count. */
const advanceClock = () => (now += 3_600_000)

describe('a request to rebuild', () => {
  it('a rebuild request with the secret is granted once', () => {
    const header = createRebuildSignature(secret, advanceClock())
    expect(authorizeRebuild(header, secret, now)).toBe('granted')
    expect(authorizeRebuild(header, secret, now)).toBe('repeated')
    expect(authorizeRebuild(createRebuildSignature(secret, now), secret, now)).toBe('granted')
  })

  it('a rebuild request is refused by a site without a secret', () => {
    expect(authorizeRebuild(createRebuildSignature(secret, advanceClock()), undefined, now)).toBe('no-secret')
  })

  it('a rebuild request is refused before and after its time', () => {
    const header = createRebuildSignature(secret, advanceClock())
    expect(authorizeRebuild(header, secret, now + 300_001)).toBe('expired')
    expect(authorizeRebuild(header, secret, now - 300_001)).toBe('expired')
    expect(authorizeRebuild(header, secret, now + 299_000)).toBe('granted')
  })

  it('a rebuild request is refused when any character is altered', () => {
    const header = createRebuildSignature(secret, advanceClock())
    for (let at = 0; at < header.length; at++) {
      const other = header[at] === 'A' ? 'B' : 'A'
      const altered = header.slice(0, at) + other + header.slice(at + 1)
      // Some bits of the last base64url character have no meaning.
      if (
        Buffer.from(altered.split('.')[3] ?? '', 'base64url').equals(
          Buffer.from(header.split('.')[3] ?? '', 'base64url'),
        ) &&
        altered.startsWith(header.slice(0, header.lastIndexOf('.')))
      )
        continue
      expect(authorizeRebuild(altered, secret, now)).toBe('unsigned')
    }
  })

  it.each([
    '',
    'v1',
    'v1..',
    'v1...',
    '....',
    'v2.a.b.c',
    secret,
    'x'.repeat(10_000),
    'v1.NaN.x.',
    'v1.1.1.ü',
  ])('a rebuild request with the header %j is refused', (header) => {
    expect(authorizeRebuild(header, secret, advanceClock())).toBe('unsigned')
  })

  it('a site grants a bounded number of rebuild requests a second', () => {
    advanceClock()
    const verdicts = Array.from({ length: 300 }, () =>
      authorizeRebuild(createRebuildSignature(secret, now), secret, now),
    )
    expect(verdicts.filter((verdict) => verdict === 'granted')).toHaveLength(200)
    expect(verdicts.at(-1)).toBe('too-many')
    now += 1_000
    const next = Array.from({ length: 300 }, () =>
      authorizeRebuild(createRebuildSignature(secret, now), secret, now),
    )
    expect(next.filter((verdict) => verdict === 'granted')).toHaveLength(100)
  })

  it('a rebuild header does not reveal the secret', () => {
    const header = createRebuildSignature(secret, now)
    expect(header).not.toContain(secret)
    expect(verifyRebuildSignature('another secret of tests', header, now)).toBe('unsigned')
  })
})
