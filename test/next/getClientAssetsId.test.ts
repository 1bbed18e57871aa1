import { cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hashClientAssets } from '../../lib/next/internals/getClientAssetsId.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assets-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

function build(name: string, files: Record<string, string>): string {
  for (const [file, text] of Object.entries(files)) {
    const path = join(folder, name, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  return join(folder, name)
}

const files = {
  'app-paths-manifest.json': JSON.stringify({
    '/page': 'app/page.js',
    '/api/route': 'app/api/route.js',
    '/films/[slug]/page': 'app/films/[slug]/page.js',
  }),
  'app/page_client-reference-manifest.js': 'entryCSSFiles: ["a.css"]',
  'app/films/[slug]/page_client-reference-manifest.js': 'clientModules: {}',
  'app/films/[slug]/page.js': 'code',
}

describe('the id of the client assets of a build', () => {
  it('the client assets id is the same for a later copy of the build', () => {
    const first = build('first', files)
    cpSync(first, join(folder, 'copy'), { recursive: true })
    utimesSync(join(folder, 'copy/app/page_client-reference-manifest.js'), 1, 1)
    expect(hashClientAssets(join(folder, 'copy'))).toBe(hashClientAssets(first))
    expect(hashClientAssets(first)).toMatch(/^[\w-]{12}$/)
  })

  it('the client assets id is the same when only server code has changed', () => {
    const changed = build('changed', { ...files, 'app/films/[slug]/page.js': 'other code' })
    expect(hashClientAssets(changed)).toBe(hashClientAssets(build('first', files)))
  })

  it('the client assets id differs when a style sheet has moved on any route', () => {
    const moved = { ...files, 'app/films/[slug]/page_client-reference-manifest.js': 'clientModules: {1:2}' }
    expect(hashClientAssets(build('moved', moved))).not.toBe(hashClientAssets(build('first', files)))
  })

  it('the client assets id does not depend on prerendered pages', () => {
    const pages = { ...files, 'app/films/alien/page_client-reference-manifest.js': 'no file of the build' }
    expect(hashClientAssets(build('pages', pages))).toBe(hashClientAssets(build('first', files)))
  })

  it('the client assets id is empty without manifests', () => {
    expect(hashClientAssets(build('none', { 'app/page.js': 'code' }))).toBe('')
    expect(hashClientAssets(join(folder, 'absent'))).toBe('')
  })
})
