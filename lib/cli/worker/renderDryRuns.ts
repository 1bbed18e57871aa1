import type { DryRun } from '../../worker/createWorker.ts'
import { pluralize } from '../render/formatNumber.ts'
import type { Style } from '../terminal.ts'

/** A waiting stream entry that is not a valid message. */
export interface InvalidMessage {
  readonly skipped: string
}

export function renderDryRuns(runs: readonly (DryRun | InvalidMessage)[], style: Style): string {
  if (runs.length === 0) return 'No messages are waiting.'
  return runs
    .map((run) =>
      'skipped' in run ? `${style.red('would be skipped')}: ${run.skipped}` : renderDryRun(run, style),
    )
    .join('\n\n')
}

function renderDryRun({ message, mode, objects, shownIn, routes }: DryRun, style: Style): string {
  const fragmentsByRoute = new Map<string, string[]>()
  for (const { fragment, route = '' } of shownIn) {
    fragmentsByRoute.set(route, [...(fragmentsByRoute.get(route) ?? []), fragment])
  }
  const lines = [
    style.bold(`${message.action} ${message.key}`),
    `would ${mode} ${objects.join(', ')}: ${pluralize(shownIn.length, 'cache')}, ${pluralize(routes, 'route')}`,
  ]
  for (const [route, fragments] of [...fragmentsByRoute].sort(([one], [other]) => (one < other ? -1 : 1))) {
    lines.push(`  ${route === '' ? style.dim('(no route known)') : style.green(route)}`)
    for (const fragment of fragments.sort()) lines.push(`    ${fragment}`)
  }
  return lines.join('\n')
}
