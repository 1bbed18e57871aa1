import { pino } from 'pino'
import type { WorkerEvent } from '../../worker/workerEvent.ts'
import { escapeJson, escapeTextsDeep } from '../escapeText.ts'
import { pluralize } from '../render/formatNumber.ts'
import { createStyle, type Style, type Terminal, type TerminalStream } from '../terminal.ts'

export interface LogOptions {
  /** Write JSON lines even on a terminal. */
  readonly json: boolean
  /** Masks secrets in a message. */
  redact(message: string): string
}

/** Logs the events of a worker, as readable lines on a terminal and as JSON lines elsewhere. */
export function createWorkerLog(
  terminal: Terminal,
  { json, redact }: LogOptions,
): (event: WorkerEvent) => void {
  const { stdout, env } = terminal
  return json || !stdout.isTTY
    ? createJsonLog(stdout, redact)
    : createLineLog(stdout, createStyle(stdout, env), redact)
}

/** Maximum number of list items in a log line. */
const MAX_LISTED = 5

const WARNING_EVENTS: readonly WorkerEvent['type'][] = [
  'rejected',
  'rebuild-failed',
  'routes-dropped',
  'missed',
  'hook-failed',
]

function getLevel({ type }: WorkerEvent): 'error' | 'warn' | 'info' {
  if (type === 'error') return 'error'
  return WARNING_EVENTS.includes(type) ? 'warn' : 'info'
}

function createJsonLog(output: TerminalStream, redact: LogOptions['redact']) {
  const log = pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    { write: (line: string) => void output.write(escapeJson(line)) },
  )
  return (event: WorkerEvent) => {
    const { type, ...fields } = event
    const logFields = Object.fromEntries(
      Object.entries(fields).map(([name, value]) => {
        if (name === 'error') return [name, redact(getErrorMessage(value))]
        return [name, Array.isArray(value) ? value.slice(0, MAX_LISTED) : value]
      }),
    )
    log[getLevel(event)](logFields, type)
  }
}

function createLineLog(output: TerminalStream, style: Style, redact: LogOptions['redact']) {
  // Progress: routes that were queued for a rebuild, and routes that are finished.
  let queued = 0
  let done = 0
  const progress = () => {
    done++
    const left = Math.max(0, queued - done)
    return style.dim(left > 0 ? `  ${done} of ${queued}` : '')
  }
  return (event: WorkerEvent) => {
    if (event.type === 'handled') {
      if (done >= queued) queued = done = 0
      queued += event.routes
    }
    const time = style.dim(new Date().toISOString().slice(11, 23))
    const safeEvent = 'error' in event ? { ...event, error: redact(getErrorMessage(event.error)) } : event
    for (const line of renderEvent(escapeTextsDeep(safeEvent), style, progress))
      output.write(`${time} ${line}\n`)
  }
}

/** @param event with all its strings escaped, its error included */
function renderEvent(event: WorkerEvent, style: Style, progress: () => string): string[] {
  switch (event.type) {
    case 'ready':
      return [`${style.green('ready')}      waiting for messages as ${event.consumer}`]
    case 'handled': {
      const { messages, expire, refresh, expired, refreshed, routes } = event
      const lines = [
        `${style.bold('message')}    ${pluralize(messages, 'message')}, ${pluralize(routes, 'route')} to rebuild`,
      ]
      if (expire.length > 0)
        lines.push(`${style.yellow('expired')}    ${pluralize(expired, 'cache')}: ${formatList(expire)}`)
      if (refresh.length > 0)
        lines.push(`${style.yellow('refreshed')}  ${pluralize(refreshed, 'cache')}: ${formatList(refresh)}`)
      return lines
    }
    case 'rebuilt':
      return [
        `${style.green('rebuilt')}    ${event.route} in ${Math.round(event.durationMs)} ms${event.requeued ? ', requeued: not fully stored, or changed again' : progress()}`,
      ]
    case 'rebuild-skipped':
      return [`${style.dim('skipped')}    ${event.route}: ${event.reason}${progress()}`]
    case 'rebuild-failed': {
      const { route, reason, failures, exhausted } = event
      const next = exhausted ? `given up${progress()}` : `attempt ${failures}, will retry`
      return [`${style.red('failed')}     ${route}: ${reason} (${next})`]
    }
    case 'rejected':
      return [`${style.red('rejected')}   ${event.reason}`]
    case 'routes-dropped':
      return [`${style.red('dropped')}    ${pluralize(event.routes, 'route')}: the queue is full`]
    case 'missed':
      return [
        `${style.red('missed')}     ${pluralize(event.messages, 'message')} that the stream no longer holds; their objects may be stale`,
      ]
    case 'hook-failed':
      return [`${style.red('hook')}       onMessage failed: ${event.error}`]
    case 'error':
      return [`${style.red('error')}      ${event.operation}: ${event.error}`]
    case 'stopped':
      return [`${style.dim('stopped')}`]
  }
}

function formatList(objects: readonly string[]): string {
  const more = objects.length > MAX_LISTED ? ` and ${objects.length - MAX_LISTED} more` : ''
  return objects.slice(0, MAX_LISTED).join(', ') + more
}

function getErrorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
