import { beforeEach, describe, expect, it } from 'vitest'
import { createLogPosition, type LogPositionRecord } from '../../lib/redis/expiryFeed/logPosition.ts'

const MAX_STALENESS_MS = 1_000

let logPosition: LogPositionRecord
beforeEach(() => {
  logPosition = createLogPosition(MAX_STALENESS_MS)
})

describe('a log position', () => {
  it('a log position is not live before its position is known', () => {
    logPosition.confirm(5_000)
    expect(logPosition).toMatchObject({ clock: -1, epoch: '' })
    expect(logPosition.isLive(5_000)).toBe(false)
  })

  it('a log position is live for `maxStalenessMs` after each confirmation', () => {
    logPosition.jumpTo({ epoch: 'e', clock: 0 })
    logPosition.confirm(5_000)
    expect(logPosition.isLive(5_999)).toBe(true)
    expect(logPosition.isLive(6_000)).toBe(false)
    logPosition.confirm(6_000)
    expect(logPosition.isLive(6_500)).toBe(true)
  })

  it('a log position ignores a confirmation that is older than the last one', () => {
    logPosition.jumpTo({ epoch: 'e', clock: 0 })
    logPosition.confirm(5_000)
    logPosition.confirm(4_000)
    expect(logPosition.lastHeardAt).toBe(5_000)
  })

  it('a distrusted log position is live only after the reply to a later request', () => {
    logPosition.jumpTo({ epoch: 'e', clock: 0 })
    logPosition.confirm(5_000)
    logPosition.distrust(5_100)
    logPosition.confirm(5_050)
    expect(logPosition.isLive(5_200)).toBe(false)
    logPosition.confirm(5_150)
    expect(logPosition.isLive(5_200)).toBe(true)
  })

  it('a log position advances within its epoch, and jumps to another', () => {
    logPosition.jumpTo({ epoch: 'e', clock: 3 })
    logPosition.advance(4)
    expect(logPosition).toMatchObject({ epoch: 'e', clock: 4 })
    logPosition.jumpTo({ epoch: 'f', clock: 0 })
    expect(logPosition).toMatchObject({ epoch: 'f', clock: 0 })
  })
})
