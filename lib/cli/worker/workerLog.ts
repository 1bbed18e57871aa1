import { pino } from 'pino'
import type { WorkerEvent } from '../../worker/events.ts'
import { counted } from '../render/format.ts'
import { safeJson, withSafeTexts } from '../safeText.ts'
import { type Output, type Style, styleOf, type Terminal } from '../terminal.ts'

export interface LogOptions {
  /** One JSON object a line, also on a terminal. */
  readonly json: boolean
  /** Takes what must not be seen out of a text. */
  scrub(text: string): string
}

/** Writes what a worker reports: lines for whoever watches, JSON for whatever collects logs. */
export function createWorkerLog(
  terminal: Terminal,
  { json, scrub }: LogOptions,
): (event: WorkerEvent) => void {
  const { stdout, env } = terminal
  return json || !stdout.isTTY ? jsonLog(stdout, scrub) : lineLog(stdout, styleOf(stdout, env), scrub)
}

/** Of a list, in a line. */
const LISTED = 5

const TROUBLE: readonly WorkerEvent['type'][] = [
  'rejected',
  'rebuild-failed',
  'routes-dropped',
  'missed',
  'hook-failed',
]

function levelOf({ type }: WorkerEvent): 'error' | 'warn' | 'info' {
  if (type === 'error') return 'error'
  return TROUBLE.includes(type) ? 'warn' : 'info'
}

function jsonLog(output: Output, scrub: LogOptions['scrub']) {
  const log = pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    { write: (line: string) => void output.write(safeJson(line)) },
  )
  return (event: WorkerEvent) => {
    const { type, ...fields } = event
    const told = Object.fromEntries(
      Object.entries(fields).map(([name, value]) => {
        if (name === 'error') return [name, scrub(messageOf(value))]
        return [name, Array.isArray(value) ? value.slice(0, LISTED) : value]
      }),
    )
    log[levelOf(event)](told, type)
  }
}

function lineLog(output: Output, style: Style, scrub: LogOptions['scrub']) {
  // How far it is: routes that were noted, and that are done with.
  let noted = 0
  let done = 0
  const progress = () => {
    done++
    const left = Math.max(0, noted - done)
    return style.dim(left > 0 ? `  ${done} of ${noted}` : '')
  }
  return (event: WorkerEvent) => {
    if (event.type === 'handled') {
      if (done >= noted) noted = done = 0
      noted += event.routes
    }
    const time = style.dim(new Date().toISOString().slice(11, 23))
    const told = 'error' in event ? { ...event, error: scrub(messageOf(event.error)) } : event
    for (const line of linesFor(withSafeTexts(told), style, progress)) output.write(`${time} ${line}\n`)
  }
}

/** @param event with all its texts made safe, its error included */
function linesFor(event: WorkerEvent, style: Style, progress: () => string): string[] {
  switch (event.type) {
    case 'ready':
      return [`${style.green('ready')}      waiting for messages as ${event.consumer}`]
    case 'handled': {
      const { messages, expire, refresh, expired, refreshed, routes } = event
      const lines = [
        `${style.bold('message')}    ${counted(messages, 'message')}, ${counted(routes, 'route')} to rebuild`,
      ]
      if (expire.length > 0)
        lines.push(`${style.yellow('expired')}    ${counted(expired, 'cache')}: ${listed(expire)}`)
      if (refresh.length > 0)
        lines.push(`${style.yellow('refreshed')}  ${counted(refreshed, 'fragment')}: ${listed(refresh)}`)
      return lines
    }
    case 'rebuilt':
      return [
        `${style.green('rebuilt')}    ${event.route} in ${Math.round(event.ms)} ms${event.again ? ', and once more: it is not all stored, or has changed' : progress()}`,
      ]
    case 'rebuild-skipped':
      return [`${style.dim('skipped')}    ${event.route}: ${event.reason}${progress()}`]
    case 'rebuild-failed': {
      const { route, reason, failures, givenUp } = event
      const next = givenUp ? `given up${progress()}` : `attempt ${failures}, will try again`
      return [`${style.red('failed')}     ${route}: ${reason} (${next})`]
    }
    case 'rejected':
      return [`${style.red('rejected')}   ${event.reason}`]
    case 'routes-dropped':
      return [`${style.red('dropped')}    ${counted(event.routes, 'route')}: too many wait already`]
    case 'missed':
      return [
        `${style.red('missed')}     ${counted(event.messages, 'message')} that the stream no longer holds; what they were about may be stale`,
      ]
    case 'hook-failed':
      return [`${style.red('hook')}       onMessage failed: ${event.error}`]
    case 'error':
      return [`${style.red('error')}      ${event.operation}: ${event.error}`]
    case 'stopped':
      return [`${style.dim('stopped')}`]
  }
}

function listed(objects: readonly string[]): string {
  const more = objects.length > LISTED ? ` and ${objects.length - LISTED} more` : ''
  return objects.slice(0, LISTED).join(', ') + more
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
