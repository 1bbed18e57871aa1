import { expect, it } from 'vitest'
import { checkWorkerOptions, type WorkerOptions } from '../../lib/worker/workerOptions.ts'

const required = { redis: 'redis://localhost:1', site: 'http://localhost' }

it.each([
  [undefined, 'Option `options` of `createWorker` must be an object such as { redis: '],
  [null, 'but is null.'],
  ['redis://user:pass@h', 'but is a string.'],
  [
    {},
    'Option `redis` must be a URL such as redis://localhost:6379, ioredis options or an ioredis client, but',
  ],
  [{ ...required, redis: 'localhost' }, 'Option `redis` must look like redis://host:6379'],
  [{ ...required, minInterval_: 3 }, 'Option `minInterval_` does not exist. Choose from `redis`, `site`, '],
  [
    { ...required, timeout: 0 },
    'Option `timeout` must be a whole number of milliseconds from 1 to 2,147,483,647, but is 0.',
  ],
  [{ ...required, debounce: -1 }, 'Option `debounce` must be a whole number of milliseconds from 0 to '],
  [{ ...required, concurrency: 0.5 }, 'Option `concurrency` must be a whole number of routes from 1 to '],
  [{ ...required, maxAttempts: 0 }, 'Option `maxAttempts` must be a whole number of attempts from 1 to '],
])('the error for the options %o says what to pass', (options, text) => {
  expect(() => checkWorkerOptions(options as WorkerOptions)).toThrow(
    expect.objectContaining({ code: 'CC_INVALID_OPTIONS', message: expect.stringContaining(text) }),
  )
})

it('an error for options that are a string does not show the string', () => {
  expect(() => checkWorkerOptions('redis://user:pass@h' as unknown as WorkerOptions)).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('pass') }),
  )
})

it('options that are undefined are accepted', () => {
  const options = { ...required, secret: undefined, minInterval_: undefined }
  expect(checkWorkerOptions(options as WorkerOptions)).toMatchObject({ minInterval: 1_000 })
})
