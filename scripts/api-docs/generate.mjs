// npm run docs:api: writes the API reference from the docstrings of the public entries.
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
// This folder has its own TypeScript, because version 7 has no JavaScript API.
import { Application } from 'typedoc'

const USAGE = `npm run docs:api: writes the API reference into docs/api, from the docstrings of the public entries.
  npm run docs:api -- --out <folder>   writes it into this folder
  npm run docs:api -- --help           prints this text`

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'docs/api' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (values.help) {
  console.log(USAGE)
  process.exit()
}

const out = resolve(values.out)
process.chdir(resolve(import.meta.dirname, '../..'))
const app = await Application.bootstrapWithPlugins({
  out,
  cleanOutputDir: true,
  entryPoints: ['next', 'config', 'core', 'memory', 'redis', 'worker', 'testing'].map(
    (name) => `lib/entries/${name}.ts`,
  ),
  // `npm test` checks the types in another step.
  skipErrorChecking: true,
  tsconfig: 'tsconfig.build.json',
  plugin: [import.meta.resolve('typedoc-plugin-markdown')],
  readme: 'scripts/api-docs/intro.md',
  mergeReadme: true,
  name: 'API reference',
  router: 'module',
  disableSources: true,
  validation: false,
  logLevel: 'Warn',
  sort: ['source-order'],
  sortEntryPoints: false,
  groupOrder: ['Functions', 'Variables', 'Interfaces', 'Type Aliases'],
  hidePageHeader: true,
  hideBreadcrumbs: true,
  expandObjects: true,
  useCodeBlocks: true,
  // The generated anchors differ from GitHub's for some headings.
  useHTMLAnchors: true,
  ...Object.fromEntries(
    ['parameters', 'interfaceProperties', 'typeDeclaration', 'propertyMembers', 'typeAliasProperties'].map(
      (kind) => [`${kind}Format`, 'table'],
    ),
  ),
  tableColumnSettings: { hideInherited: true, hideOverrides: true, hideModifiers: true, hideSources: true },
})
const project = await app.convert()
if (project === undefined) process.exit(1)
await app.generateOutputs(project)
