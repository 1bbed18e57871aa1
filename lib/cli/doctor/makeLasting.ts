import { repliesOf } from '../replies.ts'
import type { Ward } from './ward.ts'

/** Reports keys of the index that have a time to live, and takes it from them where it may. */
export async function makeLasting({ redis, findings, fix }: Ward, names: readonly string[]): Promise<void> {
  if (fix && names.length > 0) {
    const pipeline = redis.pipeline()
    for (const name of names) pipeline.persist(name)
    await repliesOf(pipeline)
  }
  findings.add('index-ttl', names, fix)
}
