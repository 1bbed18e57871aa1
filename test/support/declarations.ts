import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type ESTree, parseSync, Visitor } from 'vite'

/** One export of an entry, as its `.d.ts` files declare it. */
export interface Declaration {
  readonly kind: 'class' | 'const' | 'function' | 'interface' | 'type'
  /** The text without comments, including all overloads. */
  readonly text: string
  /** The text of the comment before it. Empty when there is none. */
  readonly comment: string
  /** Comments of its members by name. */
  readonly members: ReadonlyMap<string, string>
  /** The place of the declaration, as `file#name`. */
  readonly id: string
  /** The types of the same package that it mentions, as `file#name`. */
  readonly mentions: readonly string[]
}

interface ParsedFile {
  readonly path: string
  readonly source: string
  readonly comments: readonly { readonly value: string; readonly start: number; readonly end: number }[]
  readonly statements: readonly ESTree.Statement[]
  /** The places of declarations in other files, by local name. */
  readonly imports: ReadonlyMap<string, { readonly path: string; readonly name: string }>
}

/** Reads the exports of an entry. Follows re-exports to the files with the declarations. */
export function readDeclarations(entry: string): Map<string, Declaration> {
  const files = new Map<string, ParsedFile>()
  const parse = (path: string) => {
    const file = files.get(path) ?? parseFile(path)
    files.set(path, file)
    return file
  }
  /** Follows re-exports. */
  const findDeclaration = (path: string, name: string): [file: ParsedFile, name: string] => {
    const file = parse(path)
    const source = file.imports.get(name)
    return source ? findDeclaration(source.path, source.name) : [file, name]
  }
  const { imports, statements } = parse(entry)
  const exported = statements.flatMap((statement) => {
    if (statement.type !== 'ExportNamedDeclaration') return []
    const from = statement.source?.value
    if (statement.declaration) return getDeclaredNames(statement).map((name) => [name, entry, name] as const)
    return statement.specifiers.map((specifier) => {
      const local = getName(specifier.local)
      const source = from ? { path: resolvePath(entry, from), name: local } : imports.get(local)
      return [getName(specifier.exported), source?.path ?? entry, source?.name ?? local] as const
    })
  })
  return new Map(
    exported
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, path, localName]) => [name, describeDeclaration(...findDeclaration(path, localName))]),
  )
}

function describeDeclaration(file: ParsedFile, name: string): Declaration {
  const declarations = file.statements.filter((statement) => getDeclaredNames(statement).includes(name))
  const first = declarations[0]
  if (first === undefined) throw new Error(`${file.path} does not declare ${name}.`)
  const mentions = new Set<string>()
  const mention = (localName: string) => {
    const source = file.imports.get(localName)
    if (source) mentions.add(`${source.path}#${source.name}`)
    else if (
      localName !== name &&
      file.statements.some((other) => getDeclaredNames(other).includes(localName))
    )
      mentions.add(`${file.path}#${localName}`)
  }
  const members = new Map<string, string>()
  for (const statement of declarations)
    new Visitor({
      TSTypeReference: ({ typeName }) => void (typeName.type === 'Identifier' && mention(typeName.name)),
      TSInterfaceHeritage: ({ expression }) =>
        void (expression.type === 'Identifier' && mention(expression.name)),
      TSClassImplements: ({ expression }) =>
        void (expression.type === 'Identifier' && mention(expression.name)),
      TSPropertySignature: (node) => void members.set(getName(node.key), findComment(file, node.start)),
      TSMethodSignature: (node) => void members.set(getName(node.key), findComment(file, node.start)),
    }).visit({ type: 'Program', body: [statement] } as never)
  return {
    kind: getKind(first),
    text: declarations.map((statement) => removeComments(file, statement)).join('\n'),
    comment: findComment(file, first.start),
    members,
    id: `${file.path}#${name}`,
    mentions: [...mentions],
  }
}

function parseFile(path: string): ParsedFile {
  const source = readFileSync(path, 'utf8')
  const { program, comments, errors } = parseSync(path, source)
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`)
  const imports = new Map<string, { path: string; name: string }>()
  for (const statement of program.body) {
    if (statement.type !== 'ImportDeclaration' || !statement.source.value.startsWith('.')) continue
    for (const specifier of statement.specifiers)
      if (specifier.type === 'ImportSpecifier')
        imports.set(specifier.local.name, {
          path: resolvePath(path, statement.source.value),
          name: getName(specifier.imported),
        })
  }
  return { path, source, comments, statements: program.body as ESTree.Statement[], imports }
}

const resolvePath = (from: string, specifier: string) =>
  join(dirname(from), specifier.replace(/\.(ts|js)$/, '.d.ts'))

const getName = (node: object): string =>
  'name' in node ? String(node.name) : String((node as { value?: unknown }).value)

function getDeclaredNames(statement: ESTree.Statement): string[] {
  const node = statement.type === 'ExportNamedDeclaration' ? (statement.declaration ?? undefined) : statement
  if (node?.type === 'VariableDeclaration') return node.declarations.map(({ id }) => getName(id))
  return node && 'id' in node && node.id ? [getName(node.id)] : []
}

function getKind(statement: ESTree.Statement): Declaration['kind'] {
  const node = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
  switch (node?.type) {
    case 'ClassDeclaration':
      return 'class'
    case 'TSInterfaceDeclaration':
      return 'interface'
    case 'TSTypeAliasDeclaration':
      return 'type'
    case 'VariableDeclaration':
      return 'const'
    default:
      return 'function'
  }
}

/** The JSDoc comment that ends right before a position. */
function findComment({ comments, source }: ParsedFile, position: number): string {
  const comment = comments.findLast(({ end }) => end <= position)
  if (comment === undefined || !comment.value.startsWith('*')) return ''
  if (source.slice(comment.end, position).trim() !== '') return ''
  return comment.value
    .split('\n')
    .map((line) => line.replace(/^\s*\*+ ?/, '').trimEnd())
    .join('\n')
    .trim()
}

function removeComments(
  { comments, source }: ParsedFile,
  { start, end }: { start: number; end: number },
): string {
  let text = ''
  let position = start
  for (const comment of comments.filter((other) => other.start >= start && other.end <= end)) {
    text += source.slice(position, comment.start)
    position = comment.end
  }
  return (text + source.slice(position, end)).replace(/\n\s*\n/g, '\n')
}
