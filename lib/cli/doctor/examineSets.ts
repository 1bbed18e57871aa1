import { type IndexReference, runFindDangling } from '../../redis/scripts/runFindDangling.ts'
import { runRemoveDangling } from '../../redis/scripts/runRemoveDangling.ts'
import { execPipeline } from '../connect.ts'
import { scanKeys, scanMembers } from '../scan.ts'
import { type DoctorContext, reportKeysWithTtl } from './doctorContext.ts'
import type { IndexFault } from './findings.ts'

export interface SetsReport {
  /** Number of object sets, including those of other programs. */
  readonly objects: number
  readonly members: number
  /** Number of sets with the objects that a cache shows. */
  readonly reverse: number
}

/** Time between the two checks of a cache of another program. */
const FOREIGN_GRACE_MS = 1_000
/** Maximum number of references in memory until the second check. */
const MAX_DEFERRED = 10_000

/** Checks both directions of the index for references to caches that no longer exist. */
export async function examineSets(context: DoctorContext): Promise<SetsReport> {
  const { redis, keys } = context
  const collector = createDanglingCollector(context)
  let objects = 0
  let members = 0
  let reverse = 0

  async function examineMembers(references: readonly IndexReference[]) {
    members += references.length
    await collector.add('dangling-members', await findMissing(context, references))
  }

  for await (const redisKeys of scanKeys(context, 'objects', keys.objectPrefix)) {
    const sets = await readValidSets(context, redisKeys)
    objects += sets.length
    // The first page of all sets is checked in one call. Most sets have no further pages.
    await examineMembers(sets.flatMap(({ set, first }) => first.map((cache) => ({ set, cache }))))
    for (const { set, cursor } of sets) {
      if (cursor === '0') continue
      for await (const caches of scanMembers(redis, set, cursor)) {
        await examineMembers(caches.map((cache) => ({ set, cache })))
      }
    }
  }
  for await (const redisKeys of scanKeys(context, 'caches', keys.reversePrefix)) {
    const sets = await readValidSets(context, redisKeys)
    reverse += sets.length
    const references = sets.map(({ set }) => ({ set, cache: set.slice(keys.reversePrefix.length) }))
    await collector.add('dangling-sets', await findMissing(context, references))
  }
  await collector.close()
  return { objects, members, reverse }
}

interface ValidSet {
  readonly set: string
  readonly first: readonly string[]
  /** Cursor of the next page. */
  readonly cursor: string
}

/** Reads the keys that are sets. Reports other types, and sets that have a time to live. */
async function readValidSets(context: DoctorContext, redisKeys: readonly string[]): Promise<ValidSet[]> {
  const pipeline = context.redis.pipeline()
  for (const redisKey of redisKeys) pipeline.pttl(redisKey).sscan(redisKey, 0, 'COUNT', 100)
  const replies = await execPipeline(pipeline)
  const wrong: string[] = []
  const withTtl: string[] = []
  const validSets: ValidSet[] = []
  for (const [index, set] of redisKeys.entries()) {
    const page = replies[2 * index + 1]
    if (page instanceof Error) {
      wrong.push(set)
      continue
    }
    const [cursor, members] = page as [string, string[]]
    validSets.push({ set, first: members, cursor })
    if (Number(replies[2 * index]) >= 0) withTtl.push(set)
  }
  context.findings.add('wrong-type', wrong, false)
  await reportKeysWithTtl(context, withTtl)
  return validSets
}

/** A cheap first check without a transaction. Its result may be outdated, so it is confirmed later. */
async function findMissing(
  { redis }: DoctorContext,
  references: readonly IndexReference[],
): Promise<IndexReference[]> {
  const caches = [...new Set(references.map(({ cache }) => cache))]
  const pipeline = redis.pipeline()
  for (const cache of caches) pipeline.exists(cache)
  const replies = await execPipeline(pipeline)
  const gone = new Set(caches.filter((_, index) => replies[index] === 0))
  return references.filter(({ cache }) => gone.has(cache))
}

/**
 * Collects dangling references. A script updates a fragment and its index together, so a missing fragment is reported
 * immediately. Another program may index a cache shortly before it writes it, so such a cache must be missing twice.
 */
function createDanglingCollector(context: DoctorContext) {
  const { findings, keys, fix } = context
  let deferred: { fault: IndexFault; reference: IndexReference }[] = []

  async function report(fault: IndexFault, references: readonly IndexReference[]) {
    const dangling = await runFindDangling(context, references)
    if (fix) await runRemoveDangling(context, dangling)
    findings.add(fault, dangling.map(fault === 'dangling-sets' ? ({ set }) => set : formatReference), fix)
  }

  async function reportDeferred() {
    if (deferred.length === 0) return
    await new Promise((resolve) => setTimeout(resolve, FOREIGN_GRACE_MS))
    for (const fault of ['dangling-members', 'dangling-sets'] as const) {
      const references = deferred.filter((entry) => entry.fault === fault).map(({ reference }) => reference)
      await report(fault, references)
    }
    deferred = []
  }

  return {
    async add(fault: IndexFault, references: readonly IndexReference[]) {
      const isFragment = ({ cache }: IndexReference) => keys.parseFragmentKey(cache) !== undefined
      await report(fault, references.filter(isFragment))
      for (const reference of references) if (!isFragment(reference)) deferred.push({ fault, reference })
      if (deferred.length >= MAX_DEFERRED) await reportDeferred()
    },
    close: reportDeferred,
  }
}

const formatReference = ({ set, cache }: IndexReference) => `${set} → ${cache}`
