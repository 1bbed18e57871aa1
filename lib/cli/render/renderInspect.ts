import type { View } from '../inspect/inspect.ts'
import type { FragmentView } from '../inspect/inspectFragment.ts'
import type { NameView } from '../inspect/inspectName.ts'
import type { ObjectView } from '../inspect/inspectObject.ts'
import type { Style } from '../terminal.ts'
import { formatAge, formatBytes, formatDuration, formatNumber, pluralize } from './formatNumber.ts'

export function renderInspect(view: View, style: Style): string {
  switch (view.kind) {
    case 'fragment':
      return renderFragment(view, style).join('\n')
    case 'object':
      return renderObject(view, style).join('\n')
    case 'name':
      return renderName(view, style).join('\n')
  }
}

const states = {
  fresh: 'fresh',
  stale: 'stale: served while another is made',
  gone: 'too old to be served',
  outdated: 'of an earlier epoch: nobody reads it',
  unreadable: 'unreadable (damaged, or sealed with another secret)',
  'other-format': 'written by another version of this library',
  damaged: 'damaged: no entry of this library',
} as const satisfies Record<FragmentView['state'], string>

function renderFragment(view: FragmentView, style: Style): string[] {
  const { key, fullKey, state, bytes, droppedIn, filling, header } = view
  const colour = state === 'fresh' ? style.green : state === 'stale' ? style.yellow : style.red
  const lines = [
    style.bold(`fragment ${key}`),
    '',
    `key           ${fullKey}`,
    `state         ${colour(states[state])}${filling ? ', being rendered anew' : ''}`,
  ]
  if (header) {
    lines.push(
      `name          ${header.name}`,
      `created       ${formatAge(header.createdAt)}`,
      `stale         ${header.markedStale ? 'marked by refresh' : (header.staleAt ?? 'when expired')}`,
      `gone          ${header.discardAt ?? 'when expired'}`,
      `route         ${header.route ?? 'none'}`,
      `bytes         ${formatNumber(bytes)}, payload ${header.payloadBytes === null ? 'unknown' : formatNumber(header.payloadBytes)}`,
    )
  }
  lines.push(`dropped       ${droppedIn === null ? 'never' : `in ${formatDuration(droppedIn)}`}`)
  if (header) {
    lines.push(`dependencies  ${formatNumber(header.dependencies.length)}`)
    for (const { object, indexed } of header.dependencies) {
      lines.push(`    ${object}${indexed ? '' : style.red('  not in the index: run `doctor --fix`')}`)
    }
  }
  return lines
}

function renderObject(
  { object, fullKey, total, caches, lastExpiry, clock }: ObjectView,
  style: Style,
): string[] {
  const lines = [
    style.bold(`object ${object}`),
    '',
    `key          ${fullKey}`,
    `last expiry  ${lastExpiry === null ? 'none of late' : `at ${lastExpiry}, the clock is at ${clock}`}`,
    `shown by     ${pluralize(total, 'cache')}`,
  ]
  for (const { name, fragment, exists } of caches) {
    const gone = exists ? '' : style.red('  gone: run `doctor --fix`')
    lines.push(`    ${fragment ?? name}${fragment === null ? style.dim('  of another program') : ''}${gone}`)
  }
  if (total > caches.length) lines.push(`    … ${formatNumber(total - caches.length)} more (--limit)`)
  return lines
}

function renderName({ name, total, fragments }: NameView, style: Style): string[] {
  const lines = [style.bold(`${pluralize(total, 'fragment')} with the name ${name}`), '']
  for (const { key, createdAt, markedStale, dependencies, bytes } of fragments) {
    lines.push(key)
    lines.push(
      style.dim(
        `    ${formatAge(createdAt)}${markedStale ? ', marked stale' : ''}, ${formatBytes(bytes)}, dependencies: ${formatNumber(dependencies)}`,
      ),
    )
  }
  if (total > fragments.length) lines.push(`… ${formatNumber(total - fragments.length)} more (--limit)`)
  return lines
}
