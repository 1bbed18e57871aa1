import { execPipeline } from '../connect.ts'
import { type DoctorContext, persistKeys } from './doctorContext.ts'

export interface NamespaceKeysReport {
  readonly clock: number
  readonly epoch: string | null
  /** Objects whose last expiry is remembered. */
  readonly fence: number
  /** Expiries that processes which were cut off can catch up with. */
  readonly log: number
  /** Fragments whose end is written down. */
  readonly due: number
}

const EXPECTED_TYPES = {
  clock: 'string',
  epoch: 'string',
  fence: 'zset',
  log: 'stream',
  due: 'zset',
  messages: 'stream',
  rebuildQueue: 'zset',
  rebuildActive: 'zset',
  rebuildRecent: 'zset',
  rebuildFailures: 'hash',
  rebuildRequeues: 'hash',
  deadLetters: 'list',
} as const

/** The few keys of which a namespace has one each. */
export async function examineNamespaceKeys(context: DoctorContext): Promise<NamespaceKeysReport> {
  const { redis, keys, findings } = context
  const pipeline = redis.pipeline()
  const expected = Object.entries(EXPECTED_TYPES).map(([name, type]) => ({
    key: keys[name as keyof typeof EXPECTED_TYPES],
    type,
  }))
  for (const { key } of expected) pipeline.type(key).pttl(key)
  const replies = await execPipeline(pipeline)
  const states = expected.map(({ key, type }, index) => ({
    key,
    isWrongType: ![type, 'none'].includes(String(replies[2 * index])),
    hasTtl: Number(replies[2 * index + 1]) >= 0,
  }))
  const wrongType = states.filter((state) => state.isWrongType)
  const withTtl = states.filter((state) => state.hasTtl && !state.isWrongType)
  findings.add(
    'wrong-type',
    wrongType.map(({ key }) => key),
    false,
  )
  await persistKeys(
    context,
    withTtl.map(({ key }) => key),
  )
  return readSizes(context)
}

async function readSizes({ redis, keys }: DoctorContext): Promise<NamespaceKeysReport> {
  const pipeline = redis.pipeline()
  pipeline.get(keys.clock).get(keys.epoch).zcard(keys.fence).xlen(keys.log).zcard(keys.due)
  const [clock, epoch, fence, log, due] = await execPipeline(pipeline)
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
