import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { startRedis } from '../redis/startRedis.mjs'
import { createEditor } from './editor.mjs'
import { createLedger } from './ledger.mjs'
import { chooseFilms, createChooser } from './pages.mjs'
import { read } from './reader.mjs'
import { sabotages } from './sabotage.mjs'
import { startSite } from './site.mjs'

/**
 * How many milliseconds a page may be behind an edit that was acknowledged before its request began. What a
 * process took itself it shows at once; copies of the others are not served without a word from Redis for
 * longer than a second; and a page of Next's own that met an expiry while it was rendered is rendered anew a
 * second or two later.
 */
const PRERENDERED = { prerendered: 4000, prerenderedOthers: 4000 }
const ALLOWED = {
  strict: { sameProcess: 0, others: 0, ...PRERENDERED },
  eventual: { sameProcess: 0, others: 1000, ...PRERENDERED },
}
/** Pages read at once in each process. */
const READERS = 2
/** Bounds what is kept in memory. */
const MAX_READS = 1_000_000
/** A site that does nothing but fail needs no further proof. */
const MAX_FAILURES = 100

/**
 * Two processes of the demo on one Redis, edited and read at once.
 *
 * @param mode `strict` or `eventual`
 * @param stopped whether to come to an end early
 * @param progress gets a line of text
 */
export async function soak({
  mode,
  seconds,
  perSecond,
  sabotage,
  folder,
  films: archive,
  stopped,
  progress,
}) {
  const database = join(folder, `${mode}.db`)
  copyFileSync(archive, database)
  const films = await chooseFilms(database)
  const redis = await startRedis()
  const sites = []
  let saboteur
  try {
    for (const name of ['a', 'b']) {
      sites.push(
        await startSite(name, {
          FILMS_DB: database,
          CONTENT_CACHE_REDIS_URL: redis.url,
          CONTENT_CACHE_CONSISTENCY: mode,
        }),
      )
    }
    saboteur = await sabotages[sabotage]({ database, redis })
    return await run({ mode, seconds, perSecond, films, sites, save: saboteur.save, stopped, progress })
  } finally {
    await saboteur?.end()
    for (const site of sites) await site.stop()
    await redis.stop()
  }
}

async function run({ mode, seconds, perSecond, films, sites, save, stopped, progress }) {
  const counts = {
    edits: 0,
    failedEdits: 0,
    reads: 0,
    failedReads: 0,
    titles: 0,
    outcomes: { hit: 0, miss: 0, join: 0, stale: 0, bypass: 0 },
    latencies: [],
    editLatencies: [],
    lastError: undefined,
  }
  const worst = { sameProcess: 0, others: 0, prerendered: 0, prerenderedOthers: 0 }
  const violations = []
  const ledger = createLedger(films.map(({ id }) => id))
  const chooser = createChooser(films)

  function onPage({ site, path, html, startedAt, prerendered }) {
    const { titles, sameProcess, others } = ledger.check(html, startedAt, site)
    counts.titles += titles
    check(prerendered ? 'prerendered' : 'sameProcess', sameProcess)
    check(prerendered ? 'prerenderedOthers' : 'others', others)

    function check(kind, misses) {
      for (const { film, shown, missed, lag } of misses) {
        worst[kind] = Math.max(worst[kind], lag)
        if (lag <= ALLOWED[mode][kind]) continue
        violations.push({ site, path, kind, film, shown, missed: missed.version, lag: Math.round(lag) })
      }
    }
  }

  const editor = createEditor({
    films,
    sites,
    save,
    perSecond,
    counts,
    pick: chooser.film,
    onEdited(film, version, site) {
      ledger.acknowledge(film.id, version, site.name)
      chooser.edited(film, site)
    },
  })
  await editor.markAll()
  const before = { edits: counts.edits, startedAt: performance.now() }
  const ends = before.startedAt + seconds * 1000
  const until = () =>
    stopped() || counts.reads >= MAX_READS || counts.failedReads + counts.failedEdits >= MAX_FAILURES
      ? 0
      : ends
  const ticker = setInterval(() => {
    const left = Math.max(0, Math.round((ends - performance.now()) / 1000))
    const lag = Math.round(Math.max(worst.sameProcess, worst.others))
    progress(
      `${mode}, ${left} s left: ${counts.edits} edits, ${counts.reads} pages, worst lag ${lag} ms, ${violations.length} violations`,
    )
  }, 500)
  try {
    const reading = sites.flatMap((site) =>
      Array.from({ length: READERS }, () => read({ site, choose: chooser.page, until, counts, onPage })),
    )
    await Promise.all([editor.run(until), ...reading])
  } finally {
    clearInterval(ticker)
  }
  const elapsedSeconds = (performance.now() - before.startedAt) / 1000
  return {
    mode,
    seconds: elapsedSeconds,
    ...counts,
    edits: counts.edits - before.edits,
    worst,
    allowed: ALLOWED[mode],
    violations,
  }
}
