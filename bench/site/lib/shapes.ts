interface Shape {
  part: 'section' | 'front' | 'table'
  /** Fragments on the page, without nested ones. */
  fragments: number
  /** Items per section, or rows of the table. */
  items: number
  islandsPer: 'fragment' | 'item'
}

export const shapes = {
  '20x30': { part: 'section', fragments: 20, items: 30, islandsPer: 'fragment' },
  '20x30-item': { part: 'section', fragments: 20, items: 30, islandsPer: 'item' },
  '100x3': { part: 'section', fragments: 100, items: 3, islandsPer: 'fragment' },
  '1x1000': { part: 'section', fragments: 1, items: 1000, islandsPer: 'fragment' },
  nested: { part: 'front', fragments: 1, items: 20, islandsPer: 'fragment' },
  table: { part: 'table', fragments: 1, items: 500, islandsPer: 'fragment' },
  bare: { part: 'section', fragments: 1, items: 0, islandsPer: 'fragment' },
} satisfies Record<string, Shape>

export type ShapeName = keyof typeof shapes

export const isShape = (name: string): name is ShapeName => Object.hasOwn(shapes, name)
