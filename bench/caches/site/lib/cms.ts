import { get } from 'node:http'
import { registerContent } from 'react-cache-content/next'

/** The content management system: a server of the soak. A build has none. */
const CMS = process.env.BENCH_CMS

/** A film as the page shows it: its id and version. */
export async function readFilm(id: number): Promise<string> {
  if (CMS === undefined) return `[f${id} v0]`
  return `[f${id} v${await request(`${CMS}/films/${id}`)}]`
}

/** Not by `fetch`, which has a cache of its own. */
function request(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, async (response) => {
      let text = ''
      for await (const chunk of response) text += String(chunk)
      resolve(text)
    }).on('error', reject)
  })
}

/** Reads a film in a fragment or a `'use cache'`, which is expired with it. */
export async function loadFilm(id: number): Promise<string> {
  registerContent(`film:${id}`)
  return readFilm(id)
}
