import type { ReactNode } from 'react'
import { getCurrentScope, runInScope } from '../core/dependencyScope.ts'
import type { Engine } from '../core/engine.ts'
import type { FragmentReport } from '../core/fragmentReport.ts'
import { createFragmentRequest } from '../core/fragmentRequest.ts'
import type { RequestContext } from '../core/requestContext.ts'
import { serveFragment } from '../core/serve/serveFragment.ts'
import type { FragmentHost } from '../react/fragmentHost.ts'
import { createFillRenamer, createPlacedIds } from '../react/ids/placedIds.ts'
import { renameLiveTree } from '../react/ids/renameLiveTree.ts'
import { resolveTree } from './resolveTree.ts'

export interface TestHost extends FragmentHost {
  /** Reports of the fragments, in the order of rendering. */
  readonly reports: Promise<FragmentReport>[]
}

/** The stored trees. A payload is the index of its tree. */
export type Trees = ReactNode[]

/**
 * Serves fragments without a framework. Flight would encode a tree as bytes. This host keeps the tree in memory and
 * stores its index as the payload. The engine and the store are the real ones, and do not read payloads.
 */
export function createTestHost(engine: Engine, trees: Trees): TestHost {
  const reports: Promise<FragmentReport>[] = []
  const now = () => performance.now()
  const context: RequestContext = { dataReadSince: now(), now, storedByHost: false }
  return {
    reports,
    memo: new Map(),
    async render({ compact: _, ...props }, children) {
      const ids = createPlacedIds({ render: reports, scope: getCurrentScope() })
      const request = createFragmentRequest({ ...props, version: props.version ?? 'test' })
      const served = serveFragment<ReactNode>(engine, request, context, {
        onKey: (key) => ids.countCopy(key),
        prefersStored: false,
        render(scope) {
          const rename = createFillRenamer(scope)
          const tree = runInScope(scope, () => resolveTree(children)).then((resolved) =>
            renameLiveTree(resolved, rename),
          )
          return {
            read: () => tree,
            complete: tree.then(() => {}),
            async encode() {
              return { payload: new TextEncoder().encode(String(trees.push(await tree) - 1)) }
            },
          }
        },
        async decode(payload) {
          return trees[Number(new TextDecoder().decode(payload))]
        },
      })
      const report = Promise.resolve(served).then((result) => result.report.promise)
      report.catch(() => {})
      reports.push(report)
      return renameLiveTree((await served).value, ids.rename)
    },
  }
}
