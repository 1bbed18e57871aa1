import 'next/dist/server/node-environment-baseline.js'
import { expect, it } from 'vitest'
import { UNCACHEABLE_REASONS, type UncacheableReason } from '../../lib/core/metadata.ts'
import { limitEnclosingCache } from '../../lib/next/applyToEnclosingCache.ts'
import type { RenderUnit } from '../../lib/next/internals/renderUnit.ts'

const hour = 3_600

function limit(type: string, reason?: UncacheableReason) {
  const unit = { type, tags: [], revalidate: hour, expire: hour }
  limitEnclosingCache(unit as unknown as RenderUnit, reason)
  return { revalidate: unit.revalidate, expire: unit.expire }
}

it("a 'use cache' stays prerenderable when the store did not take its fragment", () => {
  for (const reason of [undefined, 'store-down'] as const)
    expect(limit('cache', reason)).toEqual({ revalidate: 1, expire: 300 })
})

it.each(UNCACHEABLE_REASONS.filter((reason) => reason !== 'store-down'))(
  "a 'use cache' is left out of prerenders when its fragment must not be stored: %s",
  (reason) => {
    expect(limit('cache', reason)).toEqual({ revalidate: 1, expire: 1 })
  },
)

it.each(['prerender', 'prerender-legacy'])('a page of type %s is stored for a second', (type) => {
  expect(limit(type)).toEqual({ revalidate: 1, expire: 1 })
})

it('the render of a request is not limited', () => {
  expect(limit('request')).toEqual({ revalidate: hour, expire: hour })
})
