import { expect, it } from 'vitest'
import { RequestNonces } from '../../lib/next/requestNonces.ts'

const list = (nonces: RequestNonces) => {
  const all: string[] = []
  nonces.some((nonce) => {
    all.push(nonce)
    return false
  })
  return all
}

it('a request has the nonces of the requests that it follows, now and later', () => {
  const [first, second, third] = [new RequestNonces(), new RequestNonces(), new RequestNonces()]
  first.add('1')
  second.add('2')
  second.follow(first)
  third.follow(second)
  expect(list(third)).toEqual(['2', '1'])
  first.add('late')
  expect(list(third)).toEqual(['2', '1', 'late'])
  expect(list(first)).toEqual(['1', 'late'])
})

it('requests that follow each other have all nonces of both', () => {
  const [first, second] = [new RequestNonces(), new RequestNonces()]
  first.follow(second)
  second.follow(first)
  first.follow(first)
  first.add('1')
  second.add('2')
  expect(list(first)).toEqual(['1', '2'])
  expect(list(second)).toEqual(['1', '2'])
})
