import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { errors } from '../lib/core/errors.ts'

const folder = 'docs/errors'
const codes = Object.keys(errors)

describe.each(codes)('the page of %s', (code) => {
  const path = `${folder}/${code}.md`
  const page = existsSync(path) ? readFileSync(path, 'utf8') : ''

  it('has the code as its title, then what happened, then what to do', () => {
    const headings = page.split('\n').filter((line) => /^##? /.test(line))
    expect(headings.slice(0, 3)).toEqual([`# ${code}`, '## What happened', '## What to do'])
  })

  it('shows an example', () => {
    expect(page).toMatch(/^```(tsx?|jsx?|sh|bash|diff)$/m)
  })
})

it('there is no page of an error that does not exist', () => {
  const pages = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.md')) : []
  expect(pages.filter((name) => !codes.includes(name.replace(/\.md$/, '')))).toEqual([])
})
