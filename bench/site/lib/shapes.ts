interface Shape {
  part: 'section' | 'front' | 'table' | 'level' | 'cards' | 'article'
  /** Fragments on the page, without nested ones. */
  fragments: number
  /** Sections of the front, each with nested fragments. */
  sections?: number
  /** Items per section, cards per section, rows of the table, or levels. */
  items: number
  islandsPer: 'fragment' | 'item' | 'page'
}

const section = { part: 'section', islandsPer: 'fragment' } as const
const front = { part: 'front', fragments: 1, islandsPer: 'fragment' } as const
const level = { part: 'level', fragments: 1, islandsPer: 'fragment' } as const

export type ShapeName =
  | '20x30'
  | '20x30-item'
  | '100x3'
  | '600x1'
  | '1x1000'
  | '20x30-nested'
  | '6x20-nested'
  | 'table'
  | 'cards'
  | 'cms'
  | 'buttons'
  | `deep-${50 | 100 | 200 | 400}`
  | 'bare'
  | 'empty'

export const shapes: Record<ShapeName, Shape> = {
  '20x30': { ...section, fragments: 20, items: 30 },
  '20x30-item': { ...section, fragments: 20, items: 30, islandsPer: 'item' },
  '100x3': { ...section, fragments: 100, items: 3 },
  '600x1': { ...section, fragments: 600, items: 1 },
  '1x1000': { ...section, fragments: 1, items: 1000 },
  '20x30-nested': { ...front, sections: 20, items: 30 },
  '6x20-nested': { ...front, sections: 6, items: 20 },
  table: { part: 'table', fragments: 1, items: 500, islandsPer: 'fragment' },
  cards: { part: 'cards', fragments: 20, items: 10, islandsPer: 'page' },
  cms: { part: 'article', fragments: 10, items: 1, islandsPer: 'page' },
  buttons: { part: 'table', fragments: 1, items: 500, islandsPer: 'item' },
  'deep-50': { ...level, items: 50 },
  'deep-100': { ...level, items: 100 },
  'deep-200': { ...level, items: 200 },
  'deep-400': { ...level, items: 400 },
  bare: { ...section, fragments: 1, items: 0 },
  empty: { ...section, fragments: 0, items: 0 },
}

export const isShape = (name: string): name is ShapeName => Object.hasOwn(shapes, name)
