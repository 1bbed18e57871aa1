import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { createWorkspace, type Workspace } from '../support/nextWorkspace.ts'

// The types of the packed library, checked by the compilers of its users.

const exec = promisify(execFile)

/** Each option on and off. All combinations would take minutes, and find no more. */
const NODENEXT = 'nodenext and exact optional properties'
const settings = {
  [NODENEXT]: {
    module: 'nodenext',
    moduleResolution: 'nodenext',
    exactOptionalPropertyTypes: true,
  },
  'bundler and loose optional properties': {
    module: 'preserve',
    moduleResolution: 'bundler',
    exactOptionalPropertyTypes: false,
  },
}

let workspace: Workspace
let program: string

beforeAll(async () => {
  workspace = await createWorkspace('test/next/consumer')
  program = workspace.newSite({})
})

afterAll(() => workspace?.dispose())

it('the compiled program imports every entry', () => {
  const source = readFileSync(join(program, 'everyEntry.tsx'), 'utf8')
  const imported = [...source.matchAll(/from '(react-cache-content\/[\w-]+)'/g)].map(([, name]) => name)
  const entries = Object.keys(packageJson.exports).filter((path) => !/\.(json|md)$/.test(path))
  expect(imported.sort()).toEqual(entries.map((path) => path.replace('.', packageJson.name)).sort())
})

/** The compiler of the project, and the last one that was written in JavaScript, which needs far more time. */
const compilers = {
  'TypeScript 7': { folder: 'typescript', checked: settings },
  'TypeScript 5.9': { folder: 'typescript-5.9', checked: { [NODENEXT]: settings[NODENEXT] } },
}

for (const [compiler, { folder, checked }] of Object.entries(compilers)) {
  for (const [name, setting] of Object.entries(checked)) {
    it(`the types are accepted by ${compiler} with ${name}`, async () => {
      const compilerOptions = {
        ...setting,
        strict: true,
        skipLibCheck: false,
        target: 'es2022',
        lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'],
        types: ['node'],
        jsx: 'react-jsx',
        noEmit: true,
      }
      const config = join(program, `tsconfig.${folder}.${setting.moduleResolution}.json`)
      writeFileSync(config, JSON.stringify({ compilerOptions, files: ['everyEntry.tsx'] }))
      const tsc = join(program, '../node_modules', folder, 'bin/tsc')
      expect(await compile(tsc, config)).toBe('')
    }, 300_000)
  }
}

/** Returns the output of the compiler, which is empty if it accepts the program. */
async function compile(tsc: string, config: string): Promise<string> {
  try {
    const { stdout } = await exec(process.execPath, [tsc, '--project', config])
    return stdout
  } catch (error) {
    return String((error as { stdout?: string }).stdout || error)
  }
}
