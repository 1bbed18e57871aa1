// A worker of the cluster module that creates three caches in memory, for test/next/detectSeveralProcesses.test.ts.
import cluster from 'node:cluster'
import { once } from 'node:events'
import { runnerImport } from 'vite'

if (cluster.isPrimary) await once(cluster.fork(), 'exit')
else {
  const load = async (entry) =>
    (await runnerImport(`lib/entries/${entry}.ts`, { configFile: false, logLevel: 'silent' })).module
  const [{ createContentCache }, { memoryStore }] = await Promise.all([load('next'), load('memory')])
  for (const name of ['one', 'two', 'three'])
    createContentCache({ store: memoryStore({ name }) }).followExpiries()
  process.exit()
}
