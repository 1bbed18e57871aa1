import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { startRedis } from '../redis/startRedis.mjs'
import { createEditor } from './editor.mjs'
import { createLedger } from './ledger.mjs'
import { chooseFilms, createChooser } from './pages.mjs'
import { runReader } from './reader.mjs'
import { sabotages } from './sabotage.mjs'
import { startSite } from './site.mjs'

/**
 * The allowed lag in milliseconds of a page behind an edit that was acknowledged before its request.
 * - A process shows its own edits at once.
 * - A process serves no local copies after a second without a reply from Redis.
 * - Next renders a prerendered page again a second or two later when an expiry occurs during its render.
 */
const PRERENDERED = { prerendered: 4000, prerenderedOthers: 4000 }
const MAX_LAG_MS = {
  strict: { sameProcess: 0, others: 0, ...PRERENDERED },
  eventual: { sameProcess: 0, others: 1000, ...PRERENDERED },
}
/** The number of simultaneous readers per process. */
const READERS = 2
/** Limits the memory for latencies. */
const MAX_READS = 1_000_000
/** The run ends after this number of failures. */
const MAX_FAILURES = 100

/**
 * Runs two processes of the demo on one Redis, with an editor and readers.
 *
 * @param mode `strict` or `eventual`
 * @param isStopped returns whether to end early
 * @param progress called with a line of text
 */
export async function soak({
  mode,
  seconds,
  perSecond,
  sabotage,
  folder,
  films: archive,
  isStopped,
  progress,
}) {
  const database = join(folder, `${mode}.db`)
  copyFileSync(archive, database)
  const films = await chooseFilms(database)
  const redis = await startRedis()
  const sites = []
  let activeSabotage
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
    activeSabotage = await sabotages[sabotage]({ database, redis })
    return await runLoad({
      mode,
      seconds,
      perSecond,
      films,
      sites,
      save: activeSabotage.save,
      isStopped,
      progress,
    })
  } finally {
    await activeSabotage?.stop()
    for (const site of sites) await site.stop()
    await redis.stop()
  }
}

async function runLoad({ mode, seconds, perSecond, films, sites, save, isStopped, progress }) {
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
  const worstLag = { sameProcess: 0, others: 0, prerendered: 0, prerenderedOthers: 0 }
  const violations = []
  const ledger = createLedger(films.map(({ id }) => id))
  const chooser = createChooser(films)

  function onPage({ site, path, html, startedAt, isPrerendered }) {
    const { titles, sameProcess, others } = ledger.check(html, startedAt, site)
    counts.titles += titles
    recordMissed(isPrerendered ? 'prerendered' : 'sameProcess', sameProcess)
    recordMissed(isPrerendered ? 'prerenderedOthers' : 'others', others)

    function recordMissed(kind, missedEdits) {
      for (const { film, shown, missed, lag } of missedEdits) {
        worstLag[kind] = Math.max(worstLag[kind], lag)
        if (lag <= MAX_LAG_MS[mode][kind]) continue
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
    pick: chooser.chooseFilm,
    onEdited(film, version, site) {
      ledger.acknowledge(film.id, version, site.name)
      chooser.recordEdit(film, site)
    },
  })
  await editor.markAll()
  const before = { edits: counts.edits, startedAt: performance.now() }
  const endsAt = before.startedAt + seconds * 1000
  const until = () =>
    isStopped() || counts.reads >= MAX_READS || counts.failedReads + counts.failedEdits >= MAX_FAILURES
      ? 0
      : endsAt
  const progressTimer = setInterval(() => {
    const left = Math.max(0, Math.round((endsAt - performance.now()) / 1000))
    const lag = Math.round(Math.max(worstLag.sameProcess, worstLag.others))
    progress(
      `${mode}, ${left} s left: ${counts.edits} edits, ${counts.reads} pages, worst lag ${lag} ms, ${violations.length} violations`,
    )
  }, 500)
  try {
    const readers = sites.flatMap((site) =>
      Array.from({ length: READERS }, () =>
        runReader({ site, choosePage: chooser.choosePage, until, counts, onPage }),
      ),
    )
    await Promise.all([editor.run(until), ...readers])
  } finally {
    clearInterval(progressTimer)
  }
  const elapsedSeconds = (performance.now() - before.startedAt) / 1000
  return {
    mode,
    seconds: elapsedSeconds,
    ...counts,
    edits: counts.edits - before.edits,
    worstLag,
    allowedLag: MAX_LAG_MS[mode],
    violations,
  }
}
