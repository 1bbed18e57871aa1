import type { View } from '../inspect/inspect.ts'
import type { FragmentView } from '../inspect/inspectFragment.ts'
import type { NameView } from '../inspect/inspectName.ts'
import type { ObjectView } from '../inspect/inspectObject.ts'
import type { Style } from '../terminal.ts'
import { formatAge, formatBytes, formatDuration, formatNumber, pluralize } from './formatNumber.ts'

export function renderInspect(view: View, style: Style): string {
  switch (view.kind) {
    case 'fragment':
      return renderFragmentView(view, style).join('\n')
    case 'object':
      return renderObject(view, style).join('\n')
    case 'name':
      return renderName(view, style).join('\n')
  }
}

const STATE_LABELS = {
  fresh: 'fresh',
  stale: 'stale: served while a new copy is rendered',
  gone: 'past its lifetime: no longer served',
  outdated: 'from an earlier epoch: never read',
  unreadable: 'unreadable (damaged, or signed with another secret)',
  'other-format': 'written by another version of this library',
  damaged: 'damaged: not an entry of this library',
} as const satisfies Record<FragmentView['state'], string>

function renderFragmentView(view: FragmentView, style: Style): string[] {
  const { key, redisKey, state, bytes, ttlMs, filling, header } = view
  const colour = state === 'fresh' ? style.green : state === 'stale' ? style.yellow : style.red
  const lines = [
    style.bold(`fragment ${key}`),
    '',
    `key           ${redisKey}`,
    `state         ${colour(STATE_LABELS[state])}${filling ? ', being rendered' : ''}`,
  ]
  if (header) {
    lines.push(
      `name          ${header.name}`,
      `created       ${formatAge(header.createdAt)}`,
      `stale at      ${header.markedStale ? 'marked by refresh' : (header.staleAt ?? 'when expired')}`,
      `discard at    ${header.discardAt ?? 'when expired'}`,
      `route         ${header.route ?? 'none'}`,
      `bytes         ${formatNumber(bytes)}, payload ${header.payloadBytes === null ? 'unknown' : formatNumber(header.payloadBytes)}`,
    )
  }
  lines.push(`redis ttl     ${ttlMs === null ? 'none' : formatDuration(ttlMs)}`)
  if (header) {
    lines.push(`dependencies  ${formatNumber(header.dependencies.length)}`)
    for (const { object, indexed } of header.dependencies) {
      lines.push(`    ${object}${indexed ? '' : style.red('  not in the index: run `doctor --fix`')}`)
    }
  }
  return lines
}

function renderObject(
  { object, redisKey, total, caches, lastExpiry, clock }: ObjectView,
  style: Style,
): string[] {
  const lines = [
    style.bold(`object ${object}`),
    '',
    `key          ${redisKey}`,
    `last expiry  ${lastExpiry === null ? 'none recently' : `at clock ${lastExpiry}, now ${clock}`}`,
    `shown by     ${pluralize(total, 'cache')}`,
  ]
  for (const { name, fragment, exists } of caches) {
    const missing = exists ? '' : style.red('  missing: run `doctor --fix`')
    lines.push(
      `    ${fragment ?? name}${fragment === null ? style.dim('  (another program)') : ''}${missing}`,
    )
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
