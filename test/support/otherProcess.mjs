// Runs a site in a separate process, for test/support/otherProcess.ts.
const [module, setting, offset] = process.argv.slice(2)

// Before the imports, because a module might keep a reference to the real clock.
const clockOffset = Number(offset)
if (clockOffset !== 0) {
  const RealDate = Date
  globalThis.Date = class extends RealDate {
    constructor(...args) {
      if (args.length === 0) super(RealDate.now() + clockOffset)
      else super(...args)
    }
    static now = () => RealDate.now() + clockOffset
  }
  Object.defineProperty(performance, 'timeOrigin', { value: performance.timeOrigin + clockOffset })
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
