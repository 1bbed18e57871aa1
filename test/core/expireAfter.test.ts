import { describe, expect, it } from 'vitest'
import { expireAfter } from '../../lib/core/expireAfter.ts'

function createExpiries() {
  const expired: string[] = []
  return { expired, expire: async (key: string) => void expired.push(key) }
}

describe('expireAfter', () => {
  it('expireAfter expires the objects that the result names', async () => {
    const { expired, expire } = createExpiries()
    const work = async () => ({ key: 'story:1' })
    await expect(expireAfter(work, (value) => value?.key ?? 'none', expire)).resolves.toEqual({
      key: 'story:1',
    })
    expect(expired).toEqual(['story:1'])
  })

  it('expireAfter also expires when the change fails', async () => {
    const { expired, expire } = createExpiries()
    await expect(expireAfter(Promise.reject(new Error('no answer')), 'story:1', expire)).rejects.toThrow(
      'no answer',
    )
    expect(expired).toEqual(['story:1'])
  })

  it('the error of the change takes precedence when `obj` fails too', async () => {
    const { expired, expire } = createExpiries()
    const work = async (): Promise<{ key: string }> => {
      throw new Error('no answer')
    }
    const getKey = (value: { key: string } | undefined) => (value as { key: string }).key
    await expect(expireAfter(work, getKey, expire)).rejects.toThrow('no answer')
    expect(expired).toEqual([])
  })

  it('expireAfter rejects with the error of the expiry after a successful change', async () => {
    const expire = async () => {
      throw new Error('the store is down')
    }
    await expect(expireAfter(Promise.resolve(1), 'story:1', expire)).rejects.toThrow('the store is down')
  })
})
