import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { createWorkerLog } from '../../lib/cli/worker/workerLog.ts'
import type { WorkerEvent } from '../../lib/worker/workerEvent.ts'

/** Returns the lines that are printed for events, on a terminal without colours. */
function renderLog(...events: WorkerEvent[]): string[] {
  const stdout = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true })
  const log = createWorkerLog(
    { stdin: process.stdin, stdout, stderr: stdout, env: { NO_COLOR: '1' } },
    { json: false, redact: (text) => text },
  )
  for (const event of events) log(event)
  // Each line begins with the time.
  return String(stdout.read())
    .trimEnd()
    .split('\n')
    .map((line) => line.slice(13))
}

const handled: WorkerEvent = {
  type: 'handled',
  source: 'stream',
  messages: 1,
  expire: [],
  refresh: ['story:1'],
  expired: 0,
  refreshed: 3,
  shownIn: [],
  routes: 2,
  durationMs: 1,
}
const rebuilt = (route: string, requeued = false): WorkerEvent => ({
  type: 'rebuilt',
  route,
  status: 200,
  requeued,
  durationMs: 12.4,
})

it('a JSON line has the duration of a rebuild in `durationMs`', () => {
  const stdout = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: false })
  const log = createWorkerLog(
    { stdin: process.stdin, stdout, stderr: stdout, env: {} },
    { json: true, redact: (text) => text },
  )
  log(rebuilt('/a'))
  expect(JSON.parse(String(stdout.read()))).toMatchObject({ msg: 'rebuilt', route: '/a', durationMs: 12.4 })
})

it('a requeued page counts as done only after its last rebuild', () => {
  expect(renderLog(handled, rebuilt('/a', true), rebuilt('/a'), rebuilt('/b'))).toEqual([
    'message    1 message, 2 routes to rebuild',
    'refreshed  3 caches: story:1',
    'rebuilt    /a in 12 ms, requeued: not fully stored, or changed again',
    'rebuilt    /a in 12 ms  1 of 2',
    'rebuilt    /b in 12 ms',
  ])
})
