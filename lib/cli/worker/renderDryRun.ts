import type { DryRun } from '../../worker/createWorker.ts'
import { counted } from '../render/format.ts'
import type { Style } from '../terminal.ts'

/** What waits and is no message. */
export interface Skipped {
  readonly skipped: string
}

export function renderDryRuns(runs: readonly (DryRun | Skipped)[], style: Style): string {
  if (runs.length === 0) return 'No messages wait.'
  return runs
    .map((run) =>
      'skipped' in run ? `${style.red('would be skipped')}: ${run.skipped}` : renderDryRun(run, style),
    )
    .join('\n\n')
}

function renderDryRun({ message, how, objects, shownIn, routes }: DryRun, style: Style): string {
  const routeOf = new Map<string, string[]>()
  for (const { fragment, route = '' } of shownIn) {
    routeOf.set(route, [...(routeOf.get(route) ?? []), fragment])
  }
  const lines = [
    style.bold(`${message.action} ${message.key}`),
    `would ${how} what shows ${objects.join(' or ')}: ${counted(shownIn.length, 'fragment')}, ${counted(routes, 'route')}`,
  ]
  for (const [route, fragments] of [...routeOf].sort(([one], [other]) => (one < other ? -1 : 1))) {
    lines.push(`  ${route === '' ? style.dim('(no route known)') : style.green(route)}`)
    for (const fragment of fragments.sort()) lines.push(`    ${fragment}`)
  }
  return lines.join('\n')
}
