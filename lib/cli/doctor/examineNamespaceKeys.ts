import { execPipeline } from '../connect.ts'
import { type DoctorContext, reportKeysWithTtl } from './doctorContext.ts'

export interface NamespaceKeysReport {
  readonly clock: number
  readonly epoch: string | null
  /** Number of objects whose last expiry is recorded. */
  readonly fence: number
  /** Number of expiries that a disconnected process can replay. */
  readonly log: number
  /** Number of fragments with a recorded end of lifetime. */
  readonly due: number
}

const EXPECTED_TYPES = {
  clock: 'string',
  epoch: 'string',
  fence: 'zset',
  log: 'stream',
  due: 'zset',
  paths: 'zset',
  messages: 'stream',
  rebuildQueue: 'zset',
  rebuildActive: 'zset',
  rebuildRecent: 'zset',
  rebuildFailures: 'hash',
  rebuildRequeues: 'hash',
  deadLetters: 'list',
} as const

/** Checks the keys that a namespace has once each. */
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
  await reportKeysWithTtl(
    context,
    withTtl.map(({ key }) => key),
  )
  return readSizes(context)
}

async function readSizes({ redis, keys }: DoctorContext): Promise<NamespaceKeysReport> {
  const pipeline = redis.pipeline()
  pipeline.get(keys.clock).get(keys.epoch).zcard(keys.fence).xlen(keys.log).zcard(keys.due)
  const [clock, epoch, fence, log, due] = await execPipeline(pipeline)
  // An error means a key of another type, which has been reported already.
  const count = (reply: unknown) => (reply instanceof Error ? 0 : Number(reply ?? 0))
  return {
    clock: count(clock),
    epoch: typeof epoch === 'string' ? epoch : null,
    fence: count(fence),
    log: count(log),
    due: count(due),
  }
}
