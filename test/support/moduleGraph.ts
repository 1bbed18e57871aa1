import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseSync } from 'vite'

/** The imports of a built module, including dynamic ones. */
export interface ModuleGraph {
  /** Paths of the files, including the entry. */
  readonly files: ReadonlySet<string>
  /** Names of packages. */
  readonly packages: ReadonlySet<string>
}

export function readModuleGraph(entry: string): ModuleGraph {
  const files = new Set<string>()
  const packages = new Set<string>()
  const visit = (path: string) => {
    if (files.has(path)) return
    files.add(path)
    for (const specifier of readSpecifiers(path)) {
      if (specifier.startsWith('.')) visit(join(dirname(path), specifier))
      else packages.add(toPackageName(specifier))
    }
  }
  visit(entry)
  return { files, packages }
}

function readSpecifiers(path: string): string[] {
  const source = readFileSync(path, 'utf8')
  const { staticImports, staticExports, dynamicImports } = parseSync(path, source).module
  return [
    ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...staticExports.flatMap(({ entries }) => entries.flatMap((entry) => entry.moduleRequest?.value ?? [])),
    ...dynamicImports.map(({ moduleRequest: { start, end } }) => source.slice(start + 1, end - 1)),
  ]
}

function toPackageName(specifier: string): string {
  const parts = specifier.split('/')
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}
