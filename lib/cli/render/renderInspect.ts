import type { EntryKind } from '../../core/entryKind.ts'
import type { EntrySummary } from '../inspect/entrySummary.ts'
import type { View } from '../inspect/inspect.ts'
import type { FragmentView } from '../inspect/inspectFragment.ts'
import type { NameView } from '../inspect/inspectName.ts'
import type { CacheView, ObjectView } from '../inspect/inspectObject.ts'
import type { PathView } from '../inspect/inspectPath.ts'
import { countKind, getGroupLabel, getKindLabel, NEXT_KINDS } from '../nextKinds.ts'
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
    case 'path':
      return renderPath(view, style).join('\n')
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
  const { key, entryKind, redisKey, state, bytes, ttlMs, filling, header } = view
  const colour = state === 'fresh' ? style.green : state === 'stale' ? style.yellow : style.red
  const lines = [
    style.bold(`${getKindLabel(entryKind)} ${(entryKind !== 'fragment' && header?.route) || key}`),
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
  for (const kind of GROUPS) {
    const group = caches.filter((cache) => cache.kind === kind)
    if (group.length === 0) continue
    lines.push(kind === null ? 'other programs' : getGroupLabel(kind))
    for (const cache of group) lines.push(`    ${renderCache(cache, style)}`)
  }
  if (total > caches.length) lines.push(`    … ${formatNumber(total - caches.length)} more (--limit)`)
  return lines
}

const GROUPS: readonly (EntryKind | null)[] = ['fragment', ...NEXT_KINDS, 'buildMarker', null]

function renderCache({ name, fragment, kind, route, exists }: CacheView, style: Style): string {
  const missing = exists ? '' : style.red('  missing: run `doctor --fix`')
  const key = fragment ?? name
  if (route === null || kind === 'fragment') return key + missing
  const isPage = kind === 'page' || kind === 'routeHandler'
  return `${isPage ? route : `filled by ${route}`}${missing}  ${style.dim(key)}`
}

function renderName({ name, entryKind, total, fragments }: NameView, style: Style): string[] {
  const title = `${countKind(entryKind, total)} with the name ${name}`
  return [style.bold(title), '', ...renderSummaries(fragments, total, style)]
}

function renderPath({ path, total, pages }: PathView, style: Style): string[] {
  const title = `${pluralize(total, 'page')} with the path ${path}`
  return [style.bold(title), '', ...renderSummaries(pages, total, style)]
}

function renderSummaries(entries: readonly EntrySummary[], total: number, style: Style): string[] {
  const lines = entries.flatMap(({ key, createdAt, markedStale, route, dependencies, bytes }) => [
    key,
    style.dim(
      `    ${formatAge(createdAt)}${markedStale ? ', marked stale' : ''}, ${formatBytes(bytes)}, dependencies: ${formatNumber(dependencies)}, route ${route ?? 'none'}`,
    ),
  ])
  if (total > entries.length) lines.push(`… ${formatNumber(total - entries.length)} more (--limit)`)
  return lines
}
