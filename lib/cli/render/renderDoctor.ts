import type { DoctorReport } from '../doctor/doctor.ts'
import type { Finding } from '../doctor/findings.ts'
import type { Style } from '../terminal.ts'
import { byteText, count, counted } from './format.ts'

export function renderDoctor(
  { redis, namespace, server, index, findings, healthy }: DoctorReport,
  style: Style,
): string {
  const { product, version, primary, replicas, maxmemory, policy, persistence, roundTrip } = server
  const lines = [
    style.bold(`${redis}, namespace ${namespace}`),
    '',
    `server      ${product === 'valkey' ? 'Valkey' : 'Redis'} ${version}, ${primary ? 'primary' : 'replica'}, ${counted(replicas, 'replica')}`,
    `memory      ${maxmemory === 0 ? 'no limit' : `${byteText(maxmemory)} at most`}, ${policy ?? 'unknown policy'}`,
    `disk        ${persistence}`,
    `round trip  ${roundTrip} ms`,
  ]
  if (index) {
    const { fragments, objects, members, reverse, clock, epoch, fence, log, due } = index
    lines.push(
      `index       ${counted(fragments, 'fragment')}, ${counted(objects, 'object')} with ${counted(members, 'member')}, ${counted(reverse, 'reverse set')}`,
      `history     clock ${clock}, epoch ${epoch ?? 'none'}, fence ${count(fence)}, log ${count(log)}, due ${count(due)}`,
    )
  }
  for (const finding of findings) lines.push('', ...renderFinding(finding, style))
  lines.push('', verdict(findings, healthy, style))
  return lines.join('\n')
}

function renderFinding(finding: Finding, style: Style): string[] {
  const { code, severity, message, advice, count: found, fixed, examples } = finding
  const isFixed = fixed === found
  const mark = isFixed
    ? style.green('fixed')
    : severity === 'problem'
      ? style.red('problem')
      : style.yellow('warning')
  const number = examples.length > 0 ? `${count(found)} × ` : ''
  const lines = [`${mark}  ${number}${message} ${style.dim(`[${code}]`)}`]
  for (const example of examples) lines.push(style.dim(`    ${example}`))
  if (found > examples.length && examples.length > 0) lines.push(style.dim('    …'))
  if (advice !== undefined && !isFixed) lines.push(`    ${advice}`)
  return lines
}

function verdict(findings: readonly Finding[], healthy: boolean, style: Style): string {
  const open = findings.filter(({ count: found, fixed }) => fixed < found)
  const problems = open.filter(({ severity }) => severity === 'problem')
  const warnings = counted(open.length - problems.length, 'warning')
  if (healthy) return style.green(open.length === 0 ? 'Healthy.' : `Healthy, with ${warnings}.`)
  const fixable = problems.some(({ code }) => FIXABLE.has(code)) ? ' `doctor --fix` repairs the index.' : ''
  return `${style.red(`${counted(problems.length, 'kind')} of problems, ${warnings}.`)}${fixable}`
}

const FIXABLE = new Set(['unlisted', 'damaged', 'index-ttl', 'dead-members', 'dead-sets'])
