import { repliesOf } from '../replies.ts'
import { makeLasting } from './makeLasting.ts'
import type { Ward } from './ward.ts'

export interface OwnKeysReport {
  readonly clock: number
  readonly epoch: string | null
  /** Objects whose last expiry is remembered. */
  readonly fence: number
  /** Expiries that processes which were cut off can catch up with. */
  readonly log: number
  /** Fragments whose end is written down. */
  readonly due: number
}

const types = {
  clock: 'string',
  epoch: 'string',
  fence: 'zset',
  log: 'stream',
  due: 'zset',
  messages: 'stream',
  rebuild: 'zset',
  rebuilding: 'zset',
  rebuilt: 'zset',
  failures: 'hash',
  again: 'hash',
  dead: 'list',
} as const

/** The few keys of which a namespace has one each. */
export async function examineOwnKeys(ward: Ward): Promise<OwnKeysReport> {
  const { redis, keys, findings } = ward
  const pipeline = redis.pipeline()
  const expected = Object.entries(types).map(([name, type]) => ({
    key: keys[name as keyof typeof types],
    type,
  }))
  for (const { key } of expected) pipeline.type(key).pttl(key)
  const replies = await repliesOf(pipeline)
  const found = expected.map(({ key, type }, index) => ({
    key,
    wrong: ![type, 'none'].includes(String(replies[2 * index])),
    mortal: Number(replies[2 * index + 1]) >= 0,
  }))
  const wrong = found.filter((own) => own.wrong)
  const mortal = found.filter((own) => own.mortal && !own.wrong)
  findings.add(
    'wrong-type',
    wrong.map(({ key }) => key),
    false,
  )
  await makeLasting(
    ward,
    mortal.map(({ key }) => key),
  )
  return sizes(ward)
}

async function sizes({ redis, keys }: Ward): Promise<OwnKeysReport> {
  const pipeline = redis.pipeline()
  pipeline.get(keys.clock).get(keys.epoch).zcard(keys.fence).xlen(keys.log).zcard(keys.due)
  const [clock, epoch, fence, log, due] = await repliesOf(pipeline)
  // A key of another type has been reported.
  const count = (reply: unknown) => (reply instanceof Error ? 0 : Number(reply ?? 0))
  return {
    clock: count(clock),
    epoch: typeof epoch === 'string' ? epoch : null,
    fence: count(fence),
    log: count(log),
    due: count(due),
  }
}
