import { tryStoreOperation } from '../../core/engine.ts'
import type { FragmentRef } from '../../core/events.ts'
import type { Token } from '../../core/fragmentStore.ts'
import { minToken } from '../../core/token.ts'
import type { BuildOutput, BuiltPage } from '../internals/buildOutput.ts'
import { getPageRoute } from './getPageRoute.ts'
import { createEntryRef, type HandlerRuntime } from './handlerRuntime.ts'
import { decodeParts, encodeParts } from './payloadParts.ts'
import { type EntryRead, readEntry } from './readEntry.ts'
import { encodePageOnDisk } from './storedPage.ts'
import { storeEntry } from './storeEntry.ts'
import { toObjects } from './toObjects.ts'

/**
 * An older build may show content that was expired since, because a store remembers expiries only for a while. Its pages
 * are rendered again.
 */
const MAX_BUILD_AGE_MS = 3_600_000
/** How long other processes wait for the one that seeds, in milliseconds, before they may take over. */
const SEED_LEASE_MS = 60_000
/** Pages whose entries are written at the same time. */
const CONCURRENT_PAGES = 100

export interface SeedScope {
  readonly runtime: HandlerRuntime
  readonly build: string
  readonly buildOutput: BuildOutput
}

/**
 * Takes the pages of the build into the store, once per build. An entry has only the dependencies and the lifetime of its
 * page. The page itself stays on the disk of each instance.
 *
 * All pages are dated by one moment, the first start of the build. What is expired after it is refused by the fence, so the
 * pages can be taken over while the site is edited.
 */
export async function seedPages({ runtime, build, buildOutput }: SeedScope): Promise<void> {
  const { engine } = runtime
  const marker = createEntryRef('next/build', 'seeded', build)
  const read = await readEntry(runtime, marker, { shared: true })
  if (read?.token === undefined) return
  const { token: readToken, requiredToken } = read
  if (read.entry !== undefined) {
    // On the disk of this machine as well, in case the store loses its entries.
    buildOutput.claimSeeding()
    // Written again, so that it does not reach the end of its lifetime while the build is in use.
    await writeMarker(runtime, marker, read, read.entry.payload)
    return
  }
  const lease = await tryStoreOperation(engine, 'lease', () =>
    engine.store.lease(
      marker.key,
      { requiredToken: requiredToken ?? readToken, wasMiss: true },
      SEED_LEASE_MS,
    ),
  )
  if (lease === undefined) {
    const { leaseWait } = engine.limits
    await tryStoreOperation(
      engine,
      'lease',
      () => engine.store.waitForRelease(marker.key, leaseWait),
      leaseWait,
    )
    // Not before: the process that takes the pages over may use the same folder.
    const later = await readEntry(runtime, marker, { shared: true })
    if (later?.entry !== undefined) buildOutput.claimSeeding()
    return
  }
  try {
    // What was expired between the start of the process and its first request counts as well.
    const token = minToken(await runtime.getStartToken(), readToken)
    // When the store has lost its entries, it has lost the expiries as well.
    if (buildOutput.getAgeMs() <= MAX_BUILD_AGE_MS && buildOutput.claimSeeding()) {
      const pages = await buildOutput.listPages()
      for (let start = 0; start < pages.length; start += CONCURRENT_PAGES) {
        const some = pages.slice(start, start + CONCURRENT_PAGES)
        await Promise.all(some.map((page) => seedPage(runtime, build, page, read, token)))
      }
    }
    const metadata: SeedMetadata = { clock: token.clock }
    await writeMarker(runtime, marker, read, await encodeParts({ metadata, parts: [] }))
  } finally {
    engine.releaseLease({ key: marker.key, lease })
  }
}

/** What the marker has beside its place. */
interface SeedMetadata {
  /** The clock of the store at the first start of the build. */
  readonly clock: number
}

/**
 * Reads the clock of the store at the first start of the build.
 *
 * @returns nothing when the store fails, or does not know the build
 */
export async function readSeedClock({ runtime, build }: SeedScope): Promise<number | undefined> {
  const marker = createEntryRef('next/build', 'seeded', build)
  const read = await readEntry(runtime, marker, { shared: true })
  return (
    read?.entry && decodeParts<SeedMetadata, number>(read.entry.payload, ({ metadata }) => metadata.clock)
  )
}

async function writeMarker(
  runtime: HandlerRuntime,
  marker: FragmentRef,
  read: EntryRead,
  payload: Uint8Array,
): Promise<void> {
  if (read.token === undefined) return
  const times = getTimes(read, { revalidate: false, expire: undefined })
  await storeEntry(runtime, marker, { ...times, route: undefined, dependencies: [], payload }, read.token)
}

async function seedPage(
  runtime: HandlerRuntime,
  build: string,
  page: BuiltPage,
  read: EntryRead,
  token: Token,
): Promise<void> {
  const ref: FragmentRef = createEntryRef('next/page', page.key, build)
  const existing = await readEntry(runtime, ref, { shared: true })
  if (existing === undefined || existing.entry !== undefined) return
  await storeEntry(
    runtime,
    page.isRouteHandler ? { ...ref, name: 'next/route' } : ref,
    {
      ...getTimes(read, page),
      route: getPageRoute(page.key),
      dependencies: toObjects(page.tags),
      payload: await encodePageOnDisk(),
    },
    token,
  )
}

function getTimes({ now }: EntryRead, { revalidate, expire }: Pick<BuiltPage, 'revalidate' | 'expire'>) {
  return {
    createdAt: now,
    staleAt: revalidate === false ? Infinity : now + revalidate * 1000,
    discardAt: expire === undefined ? Infinity : now + expire * 1000,
    startedAt: performance.now(),
  }
}
