import type { Finding } from '../doctor/findings.ts'
import type { DoctorReport } from '../doctor/runDoctor.ts'
import { countKind, NEXT_KINDS } from '../nextKinds.ts'
import type { Style } from '../terminal.ts'
import { formatBytes, formatNumber, pluralize } from './formatNumber.ts'

export function renderDoctor(
  { redis, namespace, server, index, findings, healthy }: DoctorReport,
  style: Style,
): string {
  const { product, version, primary, replicas, maxmemory, policy, persistence, roundTripMs } = server
  const lines = [
    style.bold(`${redis}, namespace ${namespace}`),
    '',
    `server      ${product === 'valkey' ? 'Valkey' : 'Redis'} ${version}, ${primary ? 'primary' : 'replica'}, ${pluralize(replicas, 'replica')}`,
    `memory      ${formatMemoryLimit(maxmemory)}, ${policy ?? 'unknown policy'}`,
    `disk        ${persistence}`,
    `round trip  ${roundTripMs} ms`,
  ]
  if (index) {
    const { fragments, next, objects, members, reverse, clock, epoch, fence, log, due } = index
    const entries = [
      countKind('fragment', fragments),
      ...NEXT_KINDS.filter((kind) => next[kind] > 0).map((kind) => countKind(kind, next[kind])),
    ]
    lines.push(
      `index       ${entries.join(', ')}, ${pluralize(objects, 'object')} with ${pluralize(members, 'member')}, ${pluralize(reverse, 'reverse set')}`,
      `history     clock ${clock}, epoch ${epoch ?? 'none'}, fence ${formatNumber(fence)}, log ${formatNumber(log)}, due ${formatNumber(due)}`,
    )
  }
  for (const finding of findings) lines.push('', ...renderFinding(finding, style))
  lines.push('', renderVerdict(findings, healthy, style))
  return lines.join('\n')
}

/** @param maxmemory `NaN` if the server does not report it */
function formatMemoryLimit(maxmemory: number): string {
  if (Number.isNaN(maxmemory)) return 'unknown limit'
  return maxmemory === 0 ? 'no limit' : `${formatBytes(maxmemory)} at most`
}

function renderFinding(finding: Finding, style: Style): string[] {
  const { code, severity, message, advice, count, fixed, examples } = finding
  const isFixed = fixed === count
  const label = isFixed
    ? style.green('fixed')
    : severity === 'problem'
      ? style.red('problem')
      : style.yellow('warning')
  const number = examples.length > 0 ? `${formatNumber(count)} × ` : ''
  const lines = [`${label}  ${number}${message} ${style.dim(`[${code}]`)}`]
  for (const example of examples) lines.push(style.dim(`    ${example}`))
  if (count > examples.length && examples.length > 0) lines.push(style.dim('    …'))
  if (advice !== undefined && !isFixed) lines.push(`    ${advice}`)
  return lines
}

function renderVerdict(findings: readonly Finding[], healthy: boolean, style: Style): string {
  const open = findings.filter(({ count, fixed }) => fixed < count)
  const problems = open.filter(({ severity }) => severity === 'problem')
  const warnings = pluralize(open.length - problems.length, 'warning')
  if (healthy) return style.green(open.length === 0 ? 'Healthy.' : `Healthy, with ${warnings}.`)
  const hint = problems.some(({ fixable }) => fixable) ? ' `doctor --fix` repairs the index.' : ''
  return `${style.red(`${pluralize(problems.length, 'kind')} of problems, ${warnings}.`)}${hint}`
}
