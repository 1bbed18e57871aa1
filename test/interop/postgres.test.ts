import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import { createWorker, type Worker } from '../../lib/worker/createWorker.ts'
import { commitEntry, filterStored } from '../support/commitEntry.ts'
import { type Postgres, startPostgres } from '../support/postgres.ts'
import { type RecordingSite, startRecordingSite } from '../support/recordingSite.ts'
import { type RedisSite, redisForFile } from '../support/redisStores.ts'

const WAIT = { timeout: 30_000, interval: 20 }
const redis = redisForFile()

// The code of the page, as its reader would copy it.
const page = readFileSync('docs/postgres.md', 'utf8')
const findCode = (pattern: RegExp) => {
  const codeBlocks = [...page.matchAll(/^```\w+\n(.+?)^```$/gms)].map(([, code = '']) => code)
  const code = codeBlocks.filter((text) => pattern.test(text))
  if (code.length !== 1)
    throw new Error(`docs/postgres.md has ${code.length} pieces of code with ${pattern}.`)
  return code[0] as string
}
const recipe = {
  function: findCode(/^CREATE FUNCTION/m),
  trigger: findCode(/^CREATE TRIGGER/m),
  grants: findCode(/^GRANT/m),
  bridge: findCode(/^import pg/m),
}

let database: Postgres
/** Holds the program of the page, and the packages that it imports. */
let folder: string
beforeAll(async () => {
  database = await startPostgres()
  await database.psql(`
    CREATE ROLE editor LOGIN;
    CREATE ROLE bridge LOGIN;
    CREATE TABLE news_story (id text PRIMARY KEY, headline text);
    GRANT ALL ON news_story TO editor;
    ${recipe.function}
    ${recipe.trigger}
    ${recipe.grants}`)
  folder = mkdtempSync(join(tmpdir(), 'bridge-'))
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'bridge.mjs'), recipe.bridge)
  // Runs the program on the library's sources.
  const alias = { 'react-cache-content/core': resolve('lib/entries/core.ts') }
  writeFileSync(
    join(folder, 'run.mjs'),
    `import { runnerImport } from 'vite'
    const resolve = { alias: ${JSON.stringify(alias)} }
    await runnerImport('${join(folder, 'bridge.mjs')}', { configFile: false, logLevel: 'silent', resolve })`,
  )
})
afterAll(async () => {
  await database?.stop()
  if (folder) rmSync(folder, { recursive: true, force: true })
})

let redisSite: RedisSite
let store: FragmentStore
let site: RecordingSite
const workers: Worker[] = []
const bridges: Bridge[] = []

beforeEach(async () => {
  await redis.client.flushall()
  await database.psql('TRUNCATE news_story; TRUNCATE content_changes;')
  redisSite = redis.site({ namespace: 'cc', objectPrefix: 'obj:', reversePrefix: 'sobj:', local: false })
  store = redisSite.open()
  site = await startRecordingSite()
})
afterEach(async () => {
  await Promise.all(bridges.splice(0).map((bridge) => bridge.kill()))
  await Promise.all(workers.splice(0).map((worker) => worker.stop()))
  await redisSite.close()
  await site.close()
})

interface Bridge {
  readonly child: ChildProcess
  readonly errors: () => string
  kill(): Promise<void>
}

function startBridge(): Bridge {
  const child = spawn(process.execPath, [join(folder, 'run.mjs')], {
    env: {
      ...process.env,
      DATABASE_URL: database.url('bridge'),
      CONTENT_CACHE_REDIS_URL: redis.server.url,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const bridge = {
    child,
    errors: () => errors,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
  bridges.push(bridge)
  return bridge
}

/** Starts a bridge, and waits until it listens for notifications. */
async function startListeningBridge(): Promise<Bridge> {
  const bridge = startBridge()
  const waits = `SELECT state FROM pg_stat_activity WHERE usename = 'bridge' AND query LIKE 'DELETE%'`
  await vi.waitFor(async () => expect(await database.column(waits)).toEqual(['idle']), WAIT)
  return bridge
}

function newWorker(): Worker {
  const worker = createWorker({ redis: redis.server.url, site: site.origin, debounce: 5, minInterval: 0 })
  workers.push(worker)
  return worker
}

const edit = (sql: string, variables: Record<string, string> = {}) =>
  database.psql(sql, { user: 'editor', variables })

/** Removes the waiting messages, as if they had been published. */
const forgetChanges = () => database.psql('TRUNCATE content_changes')

/** Reads the messages that wait in the database. */
const readWaitingMessages = () =>
  database.column<Record<string, unknown>>('SELECT message FROM content_changes ORDER BY id')
const waitUntilPublished = () => vi.waitFor(async () => expect(await readWaitingMessages()).toEqual([]), WAIT)

/** Reads the action and the key of each published message. */
async function readPublished(): Promise<string[]> {
  const entries = await redis.client.xrange('cc:messages', '-', '+')
  return entries.map(([, [, text = '']]) => {
    const { action, key } = JSON.parse(text)
    return `${action} ${key}`
  })
}

it('a fragment of a row that psql changes is marked stale, and its page is rebuilt', async () => {
  await edit(`INSERT INTO news_story VALUES ('1', 'Old'), ('2', 'Other')`)
  await forgetChanges()
  await commitEntry(store, 'one', { dependencies: ['news/story:1'], route: '/stories/1' })
  await commitEntry(store, 'two', { dependencies: ['news/story:2'], route: '/stories/2' })
  newWorker().run()
  await startListeningBridge()
  const startedAt = performance.now()
  await edit(`UPDATE news_story SET headline = 'New' WHERE id = '1'`)
  await vi.waitFor(() => expect(site.paths).toEqual(['/stories/1']), WAIT)
  // A notification woke the bridge. Its own next look at the table comes later.
  expect(performance.now() - startedAt).toBeLessThan(9_000)
  const [one, two] = await store.lookup(['one', 'two'].map((key) => ({ key, ageMs: 0, shared: true })))
  expect([one?.markedStale, two?.markedStale]).toEqual([true, false])
})

describe('a message', () => {
  it.each([
    [`INSERT INTO news_story VALUES ('2', 'New')`, ['publish news/story:2'], ['/list']],
    [`UPDATE news_story SET headline = 'New'`, ['save news/story:1'], ['/stories/1']],
    [`DELETE FROM news_story`, ['delete news/story:1'], ['/list', '/stories/1']],
    [
      `UPDATE news_story SET id = '2'`,
      ['delete news/story:1', 'publish news/story:2'],
      ['/list', '/stories/1'],
    ],
  ])('a message of `%s` has the action and the key of the row', async (sql, messages, rebuilt) => {
    await edit(`INSERT INTO news_story VALUES ('1', 'Old')`)
    await forgetChanges()
    await commitEntry(store, 'one', { dependencies: ['news/story:1'], route: '/stories/1' })
    await commitEntry(store, 'list', { dependencies: ['news/story:new'], route: '/list' })
    startBridge()
    await edit(sql)
    await waitUntilPublished()
    expect(await readPublished()).toEqual(messages)
    await newWorker().runOnce()
    expect(site.paths.sort()).toEqual(rebuilt)
    if (messages[0]?.startsWith('delete')) expect(await filterStored(store, ['one'])).toEqual([])
  })

  it('a message has the format of publishContent', async () => {
    await edit(`INSERT INTO news_story VALUES ('1', 'Old')`)
    expect(await readWaitingMessages()).toEqual([
      {
        v: 1,
        key: 'news/story:1',
        action: 'publish',
        type: 'news/story',
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/),
      },
    ])
  })

  it('a change that is rolled back sends no message', async () => {
    await startListeningBridge()
    await edit(`
      BEGIN; INSERT INTO news_story VALUES ('1', 'Never'); ROLLBACK;
      BEGIN;
      INSERT INTO news_story VALUES ('2', 'There');
      SAVEPOINT here; UPDATE news_story SET id = '3'; ROLLBACK TO here;
      COMMIT;`)
    await vi.waitFor(async () => expect(await readPublished()).not.toEqual([]), WAIT)
    await waitUntilPublished()
    expect(await readPublished()).toEqual(['publish news/story:2'])
  })
})

it('an update of 1,000 rows sends 1,000 messages, and causes few rebuilds', async () => {
  await edit(`INSERT INTO news_story SELECT id, 'Old' FROM generate_series(1, 1000) AS id`)
  await forgetChanges()
  for (let part = 0; part < 10; part++) {
    const dependencies = Array.from({ length: 100 }, (_, at) => `news/story:${part * 100 + at + 1}`)
    await commitEntry(store, `part ${part}`, { dependencies, route: `/${part}` })
  }
  await startListeningBridge()
  await edit(`UPDATE news_story SET headline = 'New'`)
  await waitUntilPublished()
  expect(new Set(await readPublished()).size).toBe(1_000)
  expect(await readPublished()).toHaveLength(1_000)
  await newWorker().runOnce()
  expect(new Set(site.paths).size).toBe(10)
  expect(site.paths.length).toBeLessThanOrEqual(40)
})

it('a row is found under its key, whichever characters the key contains', async () => {
  const keys = [
    `O'Brien`,
    `"quoted" \\ and \\u0000 \\'`,
    'a:b:new',
    'größer/☃/𝒳/العربية',
    `'); DROP TABLE news_story; --`,
    '{"key":"x"}',
    '%I %s $1',
    ' ',
  ]
  for (const [at, id] of keys.entries()) {
    await commitEntry(store, `${at}`, { dependencies: [`news/story:${id}`], route: `/${at}` })
    await edit(`INSERT INTO news_story VALUES (:'id', 'Old')`, { id })
  }
  await commitEntry(store, 'list', { dependencies: ['news/story:new'], route: '/list' })
  await forgetChanges()
  startBridge()
  for (const id of keys) await edit(`UPDATE news_story SET headline = 'New' WHERE id = :'id'`, { id })
  await waitUntilPublished()
  expect((await readPublished()).sort()).toEqual(keys.map((id) => `save news/story:${id}`).sort())
  await newWorker().runOnce()
  expect(new Set(site.paths)).toEqual(new Set(keys.map((_, at) => `/${at}`)))
  // A message has the type of its table, although the key contains another colon.
  await edit(`DELETE FROM news_story WHERE id = 'a:b:new'`)
  await waitUntilPublished()
  await newWorker().runOnce()
  expect(site.paths.slice(-2).sort()).toEqual(['/2', '/list'])
})

it('an invalid key is reported and skipped, and delays no other message', async () => {
  const hostile = ['a\r\nDEL cc:epoch', '\u001b[31m', '\u007f', 'k'.repeat(2_000), 'é'.repeat(1_100)]
  const bridge = startBridge()
  for (const [at, id] of hostile.entries()) {
    await edit(`INSERT INTO news_story VALUES (:'id', 'Hostile'), ('${at}', 'Good')`, { id })
  }
  await waitUntilPublished()
  expect((await readPublished()).sort()).toEqual(hostile.map((_, at) => `publish news/story:${at}`))
  const getSkipped = () => bridge.errors().match(/^Skipped .*$/gm)
  await vi.waitFor(() => expect(getSkipped()).toHaveLength(hostile.length), WAIT)
  expect(getSkipped()?.[0]).toContain('a\\r\\nDEL cc:epoch')
  expect(bridge.errors()).not.toContain('\u001b')
})

describe('no change is lost', () => {
  it('a change that is committed while no bridge listens is published later', async () => {
    await edit(`INSERT INTO news_story VALUES ('1', 'New')`)
    startBridge()
    await waitUntilPublished()
    expect(await readPublished()).toEqual(['publish news/story:1'])
  })

  it('a change is published although the database crashes before its notification', async () => {
    const bridge = await startListeningBridge()
    bridge.child.kill('SIGSTOP')
    await edit(`INSERT INTO news_story VALUES ('1', 'New')`)
    await database.crash()
    bridge.child.kill('SIGCONT')
    await database.start()
    await edit(`INSERT INTO news_story VALUES ('2', 'New')`)
    await waitUntilPublished()
    expect(new Set(await readPublished())).toEqual(new Set(['publish news/story:1', 'publish news/story:2']))
    await edit(`UPDATE news_story SET headline = 'Newer'`)
    await waitUntilPublished()
    expect(await readPublished()).toEqual(expect.arrayContaining(['save news/story:1', 'save news/story:2']))
    expect(bridge.child.exitCode).toBeNull()
  })

  it('a change that Redis refuses is published later', async () => {
    const bridge = await startListeningBridge()
    await redis.client.config('SET', 'maxmemory', '1')
    try {
      await edit(`INSERT INTO news_story VALUES ('1', 'New')`)
      await vi.waitFor(() => expect(bridge.errors()).toContain('CC_PUBLISH_FAILED'), WAIT)
      expect(await readWaitingMessages()).toHaveLength(1)
    } finally {
      await redis.client.config('SET', 'maxmemory', '0')
    }
    await waitUntilPublished()
    expect(await readPublished()).toContain('publish news/story:1')
  })

  it('every change is published although the bridge is killed and restarted', async () => {
    const first = await startListeningBridge()
    await edit(`INSERT INTO news_story SELECT id, 'New' FROM generate_series(1, 2000) AS id`)
    await first.kill()
    startBridge()
    await waitUntilPublished()
    expect(new Set(await readPublished()).size).toBe(2_000)
  })
})

it('a trigger with an unknown column raises at the first change', async () => {
  await database.psql(recipe.trigger.replace(`'id'`, `'idd'`).replace('content_change ', 'misnamed '))
  try {
    await expect(edit(`INSERT INTO news_story VALUES ('1', 'New')`)).rejects.toThrow(/"idd"/)
  } finally {
    await database.psql('DROP TRIGGER misnamed ON news_story')
  }
})

it('the bridge does not start without the URL of a Redis', async () => {
  const child = spawn(process.execPath, [join(folder, 'run.mjs')], {
    env: { ...process.env, DATABASE_URL: database.url('bridge'), CONTENT_CACHE_REDIS_URL: '' },
    stdio: 'ignore',
  })
  expect(await once(child, 'exit')).toEqual([1, null])
})
