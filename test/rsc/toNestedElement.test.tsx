import { beforeAll, expect, it, vi } from 'vitest'
import { createDependencyScope } from '../../lib/core/dependencyScope.ts'
import { hasHitsWithIds, toNestedElement } from '../../lib/next/toNestedElement.ts'
import { createIdToken } from '../../lib/react/ids/idToken.ts'
import { createPlacedIds } from '../../lib/react/ids/placedIds.ts'
import { encodeFlight } from '../support/realFlight.ts'

vi.mock('next/navigation.js', () => ({ useRouter() {} }))

beforeAll(() => encodeFlight(<p>text</p>))

it('a fill that shows a hit stored as elements knows that it has ids', () => {
  const show = (id: string) => {
    const scope = createDependencyScope(undefined, { name: 'around', label: 'around', key: 'around' })
    const ids = createPlacedIds({ render: {}, scope })
    ids.countCopy('hit')
    const hit = { output: <p id={id}>text</p>, hints: undefined, payload: new TextEncoder().encode(id) }
    toNestedElement(hit, { ids, scope, work: {} as never })
    return scope
  }
  expect(hasHitsWithIds(show(`_${createIdToken('hit')}S_1_`))).toBe(true)
  expect(hasHitsWithIds(show('plain'))).toBe(false)
})
