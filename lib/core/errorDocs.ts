/** In its own file, because browsers load it, and should not load the texts of all errors. */
export function getDocsPage(code: string): string {
  return `react-cache-content/docs/errors/${code}.md`
}

/** The pages are part of the package, so the path exists in every installation. */
export function toErrorMessage(code: string, text: string): string {
  return `${text} [${code}, see node_modules/${getDocsPage(code)}]`
}
