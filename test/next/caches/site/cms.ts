import { get } from 'node:http'

/** The value of a key in the CMS, or `null` when it has none. Next does not see the request. */
export function readCms(key: string): Promise<string | null> {
  return new Promise((resolve, reject) => {
    get(getUrl(key), async (response) => {
      try {
        const body = (await response.setEncoding('utf8').toArray()).join('')
        resolve(response.statusCode === 404 ? null : body)
      } catch (error) {
        reject(error)
      }
    }).on('error', reject)
  })
}

/** Reads a key with the `fetch` that Next has extended. */
export async function fetchCms(key: string, init: RequestInit): Promise<string | null> {
  const response = await fetch(getUrl(key), init)
  return response.status === 404 ? null : response.text()
}

function getUrl(key: string): string {
  return `${process.env.CMS_URL}/${key}`
}
