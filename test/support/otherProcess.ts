import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { OtherSite, OtherSiteSetting } from './otherSite.ts'

export interface OtherProcess {
  /** Its site; each call goes there and back. */
  readonly site: OtherSite
  /** SIGKILL, as a crash. */
  kill(): Promise<void>
}

const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** @param clockOff milliseconds by which its clocks are wrong */
export async function startProcess(setting: OtherSiteSetting, clockOff = 0): Promise<OtherProcess> {
  const args = [beside('otherSite.ts'), JSON.stringify(setting), String(clockOff)]
  // Results have bytes, infinities and gaps in them.
  const child = fork(beside('otherProcess.mjs'), args, { serialization: 'advanced', execArgv: [] })
  const calls = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let calledSoFar = 0
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
      const id = ++calledSoFar
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
