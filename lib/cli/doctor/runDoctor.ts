import type { Redis } from 'ioredis'
import { createEntryCodec } from '../../core/entryCodec.ts'
import type { Progress } from '../progress.ts'
import type { Target } from '../target.ts'
import { type EntriesReport, examineEntries } from './examineEntries.ts'
import { examineNamespaceKeys, type NamespaceKeysReport } from './examineNamespaceKeys.ts'
import { examineServer, type ServerReport } from './examineServer.ts'
import { examineSets, type SetsReport } from './examineSets.ts'
import { createFindings, type Finding, isHealthy } from './findings.ts'

export interface DoctorReport {
  readonly redis: string
  readonly namespace: string
  /** Whether there are no problems, or all are repaired. */
  readonly healthy: boolean
  readonly server: ServerReport
  /** `null` for a cluster, whose keys cannot be examined. */
  readonly index: (EntriesReport & SetsReport & NamespaceKeysReport) | null
  readonly findings: readonly Finding[]
}

/**
 * Examines a server and one namespace on it. The site may be running.
 *
 * A new check notes a finding of the server in `examineServer`, or adds a fault to `INDEX_FAULTS` and reports it in
 * another `examine…` function. docs/cli.md lists all of them.
 */
export async function runDoctor(
  redis: Redis,
  { address, prefixes, keys, secret }: Target,
  { fix, progress }: { fix: boolean; progress: Progress },
): Promise<DoctorReport> {
  const findings = createFindings()
  const server = await examineServer(redis, findings)
  const context = {
    redis,
    keys,
    progress,
    findings,
    codec: createEntryCodec(keys.fragmentPrefix, secret),
    fix: fix && server.primary,
  }
  const index = server.cluster
    ? null
    : {
        // Fragments first: removing one may leave index members behind, which examineSets then finds.
        ...(await examineEntries(context)),
        ...(await examineSets(context)),
        ...(await examineNamespaceKeys(context)),
      }
  const allFindings = findings.list()
  return {
    redis: address.redactedUrl,
    namespace: prefixes.namespace,
    healthy: isHealthy(allFindings),
    server,
    index,
    findings: allFindings,
  }
}
