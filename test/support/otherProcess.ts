import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { OtherSite, OtherSiteSetting } from './otherSite.ts'

export interface OtherProcess {
  /** Its site. Each call goes to the process and returns its result. */
  readonly site: OtherSite
  /** Sends SIGKILL, to simulate a crash. */
  kill(): Promise<void>
}

const resolveSibling = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** @param clockOffset milliseconds by which its clocks are wrong */
export async function startProcess(setting: OtherSiteSetting, clockOffset = 0): Promise<OtherProcess> {
  const args = [resolveSibling('otherSite.ts'), JSON.stringify(setting), String(clockOffset)]
  // Results contain bytes, `Infinity` and `undefined`.
  const child = fork(resolveSibling('otherProcess.mjs'), args, { serialization: 'advanced', execArgv: [] })
  const calls = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let callCount = 0
  const [greeting] = await Promise.race([once(child, 'message'), once(child, 'exit')])
  if (greeting !== 'ready') throw new Error(`The other process ended with ${greeting}`)
  child.on('message', ({ id, value, error }: { id: number; value?: unknown; error?: string }) => {
    const call = calls.get(id)
    calls.delete(id)
    if (error === undefined) call?.resolve(value)
    else call?.reject(new Error(error))
  })

  const call = (method: string, args: readonly unknown[]) =>
    new Promise((resolve, reject) => {
      const id = ++callCount
      calls.set(id, { resolve, reject })
      child.send({ id, method, args })
    })
  return {
    site: new Proxy({} as OtherSite, {
      get: (_, method) =>
        method === 'then' ? undefined : (...args: unknown[]) => call(String(method), args),
    }),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}
