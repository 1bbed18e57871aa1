import { execPipeline } from '../execPipeline.ts'
import type { DoctorContext } from './doctorContext.ts'

/** Reports keys of the index that have a time to live, and takes it from them where it may. */
export async function persistKeys(
  { redis, findings, fix }: DoctorContext,
  names: readonly string[],
): Promise<void> {
  if (fix && names.length > 0) {
    const pipeline = redis.pipeline()
    for (const name of names) pipeline.persist(name)
    await execPipeline(pipeline)
  }
  findings.add('index-ttl', names, fix)
}
