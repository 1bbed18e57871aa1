import type { ReactNode } from 'react'
import { currentCapture, runInCapture } from '../core/capture.ts'
import type { Engine } from '../core/engine.ts'
import type { FragmentReport } from '../core/report.ts'
import { serve } from '../core/serve.ts'
import type { FragmentHost } from '../react/host.ts'
import { idsInPlace, idsOutOfFill } from '../react/ids/idsInPlace.ts'
import { renameTokensInTree } from '../react/ids/renameTokensInTree.ts'
import { resolveTree } from './resolveTree.ts'

export interface TestHost extends FragmentHost {
  /** How each fragment was served, in the order they were met. */
  readonly reports: Promise<FragmentReport>[]
}

/** What payloads stand for, from one render to the next. */
export type Trees = ReactNode[]

/**
 * Serves fragments without a framework. Where Flight writes bytes, this keeps the tree and lets its number
 * stand for it: the engine and the store are the real ones, and never look into a payload.
 */
export function createTestHost(engine: Engine, trees: Trees): TestHost {
  const reports: Promise<FragmentReport>[] = []
  const now = () => performance.now()
  const began = now()
  return {
    reports,
    memo: new Map(),
    async render({ compact: _, ...props }, children) {
      const ids = idsInPlace({ render: reports, capture: currentCapture() })
      const serving = serve<ReactNode>(engine, {
        ...props,
        version: props.version ?? 'test',
        route: undefined,
        began,
        now,
        embed: false,
        keyed: ids.count,
        encode: (capture) =>
          new ReadableStream({
            async start(controller) {
              try {
                const tree = await runInCapture(capture, () => resolveTree(children))
                const rename = idsOutOfFill(capture)
                const number = trees.push(renameTokensInTree(tree, rename)) - 1
                controller.enqueue(new TextEncoder().encode(String(number)))
                controller.close()
              } catch (error) {
                controller.error(error)
              }
            },
          }),
        async decode(body) {
          const tree = trees[Number(await new Response(body as BodyInit).text())]
          return renameTokensInTree(tree, ids.rename)
        },
      })
      const report = serving.then((served) => served.report)
      report.catch(() => {})
      reports.push(report)
      return (await serving).value
    },
  }
}
