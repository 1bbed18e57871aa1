import { expect, it } from 'vitest'
import { createDependencyScope, runInScope } from '../../lib/core/dependencyScope.ts'
import { requestReport } from '../../lib/next/requestReport.ts'

it('requestReport in a fragment is refused with the place where it belongs', async () => {
  const scope = createDependencyScope(undefined, { name: 'section', label: 'fragment "section"' })
  await expect(runInScope(scope, () => requestReport())).rejects.toMatchObject({
    code: 'CC_REQUEST_DATA',
    message: expect.stringMatching(
      /"section" read `requestReport\(\)`.* end of the page, outside all fragments/,
    ),
  })
})
