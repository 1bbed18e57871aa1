import { beforeEach, describe, expect, it } from 'vitest'
import {
  createFollowedHistory,
  type FollowedHistoryRecord,
} from '../../lib/redis/expiryFeed/followedHistory.ts'

const MAX_SILENCE_MS = 1_000

let history: FollowedHistoryRecord
beforeEach(() => {
  history = createFollowedHistory(MAX_SILENCE_MS)
})

describe('a followed history', () => {
  it('a followed history is not live before its position is known', () => {
    history.confirm(5_000)
    expect(history).toMatchObject({ clock: -1, epoch: '' })
    expect(history.isLive(5_000)).toBe(false)
  })

  it('a followed history is live for `maxSilenceMs` after each confirmation', () => {
    history.jumpTo({ epoch: 'e', clock: 0 })
    history.confirm(5_000)
    expect(history.isLive(5_999)).toBe(true)
    expect(history.isLive(6_000)).toBe(false)
    history.confirm(6_000)
    expect(history.isLive(6_500)).toBe(true)
  })

  it('a followed history ignores a confirmation that is older than the last one', () => {
    history.jumpTo({ epoch: 'e', clock: 0 })
    history.confirm(5_000)
    history.confirm(4_000)
    expect(history.lastHeardAt).toBe(5_000)
  })

  it('a distrusted history is live only after the reply to a later request', () => {
    history.jumpTo({ epoch: 'e', clock: 0 })
    history.confirm(5_000)
    history.distrust(5_100)
    history.confirm(5_050)
    expect(history.isLive(5_200)).toBe(false)
    history.confirm(5_150)
    expect(history.isLive(5_200)).toBe(true)
  })

  it('a followed history advances within its epoch, and jumps to another', () => {
    history.jumpTo({ epoch: 'e', clock: 3 })
    history.advance(4)
    expect(history).toMatchObject({ epoch: 'e', clock: 4 })
    history.jumpTo({ epoch: 'f', clock: 0 })
    expect(history).toMatchObject({ epoch: 'f', clock: 0 })
  })
})
