import { type Mention, runBury, runDead } from '../../redis/removal.ts'
import { repliesOf } from '../replies.ts'
import { scanKeys, scanMembers } from '../scan.ts'
import type { IndexFault } from './findings.ts'
import { makeLasting } from './makeLasting.ts'
import type { Ward } from './ward.ts'

export interface SetsReport {
  /** Sets of objects, whoever wrote them. */
  readonly objects: number
  readonly members: number
  /** Sets that say which objects a cache shows. */
  readonly reverse: number
}

/** Milliseconds from seeing that a foreign cache is missing to taking it out. */
const GRACE = 1_000
/** Mentions kept in memory until then. */
const WAITING_ROOM = 10_000

/** Looks through both directions of the index for what does not belong there. */
export async function examineSets(ward: Ward): Promise<SetsReport> {
  const { redis, keys } = ward
  const graves = createGraves(ward)
  let objects = 0
  let members = 0
  let reverse = 0

  async function examineMembers(mentions: readonly Mention[]) {
    members += mentions.length
    await graves.bury('dead-members', await missing(ward, mentions))
  }

  for await (const names of scanKeys(ward, 'objects', keys.objectPrefix)) {
    const sets = await soundSets(ward, names)
    objects += sets.length
    // One look at the first members of all these sets: most have no more.
    await examineMembers(sets.flatMap(({ set, first }) => first.map((cache) => ({ set, cache }))))
    for (const { set, cursor } of sets) {
      if (cursor === '0') continue
      for await (const caches of scanMembers(redis, set, cursor)) {
        await examineMembers(caches.map((cache) => ({ set, cache })))
      }
    }
  }
  for await (const names of scanKeys(ward, 'caches', keys.reversePrefix)) {
    const sets = await soundSets(ward, names)
    reverse += sets.length
    const mentions = sets.map(({ set }) => ({ set, cache: set.slice(keys.reversePrefix.length) }))
    await graves.bury('dead-sets', await missing(ward, mentions))
  }
  await graves.close()
  return { objects, members, reverse }
}

interface SoundSet {
  readonly set: string
  readonly first: readonly string[]
  /** Where to go on after these. */
  readonly cursor: string
}

/** Those of the keys that are sets; reports the others, and what has a time to live. */
async function soundSets(ward: Ward, names: readonly string[]): Promise<SoundSet[]> {
  const pipeline = ward.redis.pipeline()
  for (const name of names) pipeline.pttl(name).sscan(name, 0, 'COUNT', 100)
  const replies = await repliesOf(pipeline)
  const wrong: string[] = []
  const mortal: string[] = []
  const sound: SoundSet[] = []
  for (const [index, set] of names.entries()) {
    const page = replies[2 * index + 1]
    if (page instanceof Error) {
      wrong.push(set)
      continue
    }
    const [cursor, members] = page as [string, string[]]
    sound.push({ set, first: members, cursor })
    if (Number(replies[2 * index]) >= 0) mortal.push(set)
  }
  ward.findings.add('wrong-type', wrong, false)
  await makeLasting(ward, mortal)
  return sound
}

/** A first, cheap look, which may be wrong where something changes meanwhile. */
async function missing({ redis }: Ward, mentions: readonly Mention[]): Promise<Mention[]> {
  const caches = [...new Set(mentions.map(({ cache }) => cache))]
  const pipeline = redis.pipeline()
  for (const cache of caches) pipeline.exists(cache)
  const replies = await repliesOf(pipeline)
  const gone = new Set(caches.filter((_, index) => replies[index] === 0))
  return mentions.filter(({ cache }) => gone.has(cache))
}

/**
 * Our own caches come and go with their places in the index, in one script. Another program may enter a cache
 * in the index a moment before it writes it: such a cache has to be missing twice.
 */
function createGraves(ward: Ward) {
  const { findings, keys, fix } = ward
  let waiting: { fault: IndexFault; mention: Mention }[] = []

  async function buryNow(fault: IndexFault, mentions: readonly Mention[]) {
    const dead = await runDead(ward, mentions)
    if (fix) await runBury(ward, dead)
    findings.add(fault, dead.map(fault === 'dead-sets' ? ({ set }) => set : shown), fix)
  }

  async function buryWaiting() {
    if (waiting.length === 0) return
    await new Promise((resolve) => setTimeout(resolve, GRACE))
    for (const fault of ['dead-members', 'dead-sets'] as const) {
      const mentions = waiting.filter((entry) => entry.fault === fault).map(({ mention }) => mention)
      await buryNow(fault, mentions)
    }
    waiting = []
  }

  return {
    async bury(fault: IndexFault, mentions: readonly Mention[]) {
      const isOwn = ({ cache }: Mention) => keys.fragmentIn(cache) !== undefined
      await buryNow(fault, mentions.filter(isOwn))
      for (const mention of mentions) if (!isOwn(mention)) waiting.push({ fault, mention })
      if (waiting.length >= WAITING_ROOM) await buryWaiting()
    },
    close: buryWaiting,
  }
}

const shown = ({ set, cache }: Mention) => `${set} → ${cache}`
