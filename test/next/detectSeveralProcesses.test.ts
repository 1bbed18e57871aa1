import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { detectSeveralProcesses } from '../../lib/next/detectSeveralProcesses.ts'

describe('a process', () => {
  const alone = { isClusterWorker: false }
  it.each([
    ['one of several PM2 instances', { pm_id: '0', instances: '4', NODE_APP_INSTANCE: '0' }, 'PM2 runs 4'],
    ['a later PM2 instance', { pm_id: '3', NODE_APP_INSTANCE: '1' }, 'instance 1 of PM2'],
    [
      'a PM2 instance counted under another name',
      { pm_id: '3', instance_var: 'PLACE', PLACE: '2' },
      'instance 2 of PM2',
    ],
    [
      'an instance of a site with several instances',
      { NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: 'key' },
      'NEXT_SERVER_ACTIONS',
    ],
  ])('a process is detected as %s', (_, env, sign) => {
    expect(detectSeveralProcesses({ env, ...alone })).toContain(sign)
  })

  it('a process is detected as a worker of a cluster', () => {
    expect(detectSeveralProcesses({ env: {}, isClusterWorker: true })).toContain('cluster')
  })

  it.each([
    ['alone', {}, false],
    ['the only instance of PM2', { pm_id: '0', instances: '1', NODE_APP_INSTANCE: '0' }, false],
    [
      'the only instance in the cluster mode of PM2',
      { pm_id: '0', instances: '1', NODE_APP_INSTANCE: '0' },
      true,
    ],
  ])('a process is detected as the only one: %s', (_, env, isClusterWorker) => {
    expect(detectSeveralProcesses({ env, isClusterWorker })).toBeUndefined()
  })
})

it('a process of a cluster warns once that an expiry reaches one process', async () => {
  const env = { ...process.env, NODE_ENV: 'production' as const }
  const { stderr } = await promisify(execFile)(process.execPath, ['test/support/clusterSite.mjs'], { env })
  expect(stderr.match(/CONTENT_CACHE_REDIS_URL/g)).toHaveLength(1)
  expect(stderr).toContain('a worker of the cluster module')
})
