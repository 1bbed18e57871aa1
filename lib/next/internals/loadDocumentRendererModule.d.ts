// The types of an import that package.json defines.
declare module '#loadDocumentRenderer' {
  export const loadDocumentRenderer: typeof import('./loadDocumentRenderer.ts').loadDocumentRenderer
}
