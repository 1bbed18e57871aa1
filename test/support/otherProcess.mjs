// Runs a site in a process of its own, for test/support/otherProcess.ts.
const [module, setting, off] = process.argv.slice(2)

// Before anything is imported that might keep a clock of its own.
const clockOff = Number(off)
if (clockOff !== 0) {
  const RightDate = Date
  globalThis.Date = class extends RightDate {
    constructor(...given) {
      if (given.length === 0) super(RightDate.now() + clockOff)
      else super(...given)
    }
    static now = () => RightDate.now() + clockOff
  }
  Object.defineProperty(performance, 'timeOrigin', { value: performance.timeOrigin + clockOff })
}

const { runnerImport } = await import('vite')
const { module: loaded } = await runnerImport(module, { configFile: false, logLevel: 'silent' })
const site = loaded.createOtherSite(JSON.parse(setting))

process.on('message', async ({ id, method, args }) => {
  try {
    process.send({ id, value: await site[method](...args) })
  } catch (error) {
    process.send({ id, error: error instanceof Error ? error.message : String(error) })
  }
})
process.on('disconnect', () => process.exit())
process.send('ready')
