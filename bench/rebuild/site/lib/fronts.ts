import { getVersion } from './versions'

export interface Row {
  /** The key under which fragments register the row. */
  objKey: string
  headline: string
  summary: string
  author: string
}

/** Loads a row of a front. Its data has no delay, so that an edit storm measures computing time. */
export async function loadRow(page: number, row: number): Promise<Row> {
  const objKey = `row:${page}:${row}`
  return {
    objKey,
    headline: `Headline ${getVersion(objKey)} of row ${row}, as long as headlines are`,
    summary: 'A sentence or two that say what this is about, so that a reader knows whether to go on.',
    author: `Author ${row % 7}`,
  }
}
