import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { errors } from '../lib/core/errors.ts'

const folder = 'docs/errors'
const codes = Object.keys(errors)

describe.each(codes)('the page of %s', (code) => {
  const path = `${folder}/${code}.md`
  const page = existsSync(path) ? readFileSync(path, 'utf8') : ''

  it('an error page has its code as title, and the two required sections', () => {
    const headings = page.split('\n').filter((line) => /^##? /.test(line))
    expect(headings.slice(0, 3)).toEqual([`# ${code}`, '## What happened', '## What to do'])
  })

  it('an error page shows an example', () => {
    expect(page).toMatch(/^```(tsx?|jsx?|sh|bash|diff)$/m)
  })
})

it('no error page describes an error that does not exist', () => {
  const pages = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.md')) : []
  expect(pages.filter((name) => !codes.includes(name.replace(/\.md$/, '')))).toEqual([])
})
