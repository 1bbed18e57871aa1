// npm run docs:api: writes the API reference from the docstrings of the public entries.
import { register } from 'node:module'
import { parseArgs } from 'node:util'

const USAGE = `npm run docs:api: writes the API reference into docs/api, from the docstrings of the public entries.
  npm run docs:api -- --out <folder>   writes it there
  npm run docs:api -- --help           prints this`

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

// TypeDoc needs TypeScript's JavaScript API, which version 7 does not have. Only this script uses version 6.
const hook = `export function resolve(specifier, context, next) {
  return next(specifier === 'typescript' ? 'typescript-6' : specifier, context)
}`
register(`data:text/javascript,${encodeURIComponent(hook)}`)

const { Application } = await import('typedoc')
const app = await Application.bootstrapWithPlugins({
  out: values.out,
  cleanOutputDir: true,
  entryPoints: ['next', 'core', 'memory', 'redis', 'worker', 'testing'].map(
    (name) => `lib/entries/${name}.ts`,
  ),
  // The type check is a step of its own.
  skipErrorChecking: true,
  tsconfig: 'tsconfig.build.json',
  plugin: ['typedoc-plugin-markdown'],
  readme: 'none',
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
  // The anchors of headings are not always those that GitHub makes.
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
