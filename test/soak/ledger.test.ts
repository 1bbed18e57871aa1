import { beforeEach, describe, expect, it } from 'vitest'
// @ts-expect-error a script, without types
import { createLedger, createMarkedTitle } from '../../bench/soak/ledger.mjs'

// The soak proves as much as its checker can find.

const page = (...versions: number[]) =>
  versions.map((version) => `<h2>${createMarkedTitle('Metropolis', 7, version)}</h2>`).join()

describe('the checker of the soak', () => {
  let ledger: ReturnType<typeof createLedger>
  let before: number
  let after: number

  beforeEach(() => {
    ledger = createLedger([7])
    before = performance.now()
    for (const version of [1, 2, 3]) ledger.acknowledge(7, version, 'a')
    ledger.acknowledge(7, 4, 'b')
    after = performance.now() + 1
  })

  it('the checker finds a title older than an edit acknowledged before the request', () => {
    const { sameProcess, others } = ledger.check(page(1), after, 'a')
    expect(sameProcess).toMatchObject([{ film: 7, shown: 1, missed: { version: 2 } }])
    expect(others).toMatchObject([{ film: 7, shown: 1, missed: { version: 4 } }])
    expect(sameProcess[0].lag).toBeGreaterThan(0)
  })

  it("the checker tells misses of a process's own edits from those of others", () => {
    expect(ledger.check(page(3), after, 'a')).toMatchObject({
      sameProcess: [],
      others: [{ missed: { version: 4 } }],
    })
    expect(ledger.check(page(3), after, 'b')).toMatchObject({
      sameProcess: [{ missed: { version: 4 } }],
      others: [],
    })
  })

  it('the checker finds an old title beside a new one, and counts repeats once', () => {
    const { titles, others } = ledger.check(page(4, 3, 3), after, 'a')
    expect(titles).toBe(2)
    expect(others).toHaveLength(1)
  })

  it('the checker allows new titles, and edits acknowledged during the request', () => {
    for (const [html, began] of [
      [page(4), after],
      [page(5), after],
      [page(1), before],
    ]) {
      expect(ledger.check(html, began, 'a')).toMatchObject({ titles: 1, sameProcess: [], others: [] })
    }
  })

  it('the checker finds an old title behind an edit that may not have been saved', () => {
    ledger.acknowledge(7, 6, 'b')
    const later = performance.now() + 1
    expect(ledger.check(page(5), later, 'b')).toMatchObject({ sameProcess: [{ missed: { version: 6 } }] })
  })
})
