import { request } from 'node:http'
import { describe, expect, it } from 'vitest'
import { newId, readableText, type Site } from '../../support/nextSite.ts'

/** Fills in progress: requests that join them, commits, and streaming. */
export function describeFills(site: () => Site) {
  describe('fills', () => {
    it('a fill is not stored when its content was expired during it (rule 13)', async () => {
      const id = newId()
      await site().send({ hold: `${id}/a` })
      const early = site().get(`/doll/${id}`)
      await site().send({ noted: `wait ${id}/a` })
      await site().send({ write: { [`${id}/a`]: '2' }, expire: `${id}/a`, release: `${id}/a` })
      // It began before the change, and may show the old value.
      expect((await early).text).toContain(`${id}/a=1`)
      const { text } = await site().get(`/doll/${id}`)
      expect(text).toContain(`${id}/a=2`)
      const { eventLog } = await site().send({})
      expect(eventLog[`render item ${id}/b`]).toBe(1)
      expect(eventLog[`render item ${id}/a`]).toBe(2)
    })

    it('a request that begins after an expiry joins no older fill (rule 13)', async () => {
      const id = newId()
      await site().send({ hold: `${id}/a` })
      const early = site().get(`/item/${id}`)
      await site().send({ noted: `wait ${id}/a` })
      await site().send({ write: { [`${id}/a`]: '2' }, expire: `${id}/a` })
      const later = site().get(`/item/${id}`)
      await site().send({ noted: `wait ${id}/a`, times: 2 })
      await site().send({ release: `${id}/a` })
      expect((await early).text).toContain(`${id}/a=1`)
      expect((await later).text).toContain(`${id}/a=2`)
      expect((await site().get(`/item/${id}`)).text).toContain(`${id}/a=2`)
    })

    it('50 requests at once are answered by one fill (rule 17)', async () => {
      const id = newId()
      await site().send({ hold: `${id}/head` })
      const pages = Array.from({ length: 50 }, () => site().get(`/doll/${id}`))
      await site().send({ noted: `join doll["${id}"]`, times: 49 })
      await site().send({ release: `${id}/head` })
      for (const { text } of await Promise.all(pages)) {
        for (const content of ['head=1', 'a=1', 'b=1', 'c=1']) expect(text).toContain(`${id}/${content}`)
      }
      const { eventLog } = await site().send({})
      expect(eventLog[`render doll ${id}`]).toBe(1)
      expect(eventLog[`render item ${id}/a`]).toBe(1)
    })

    it('the beginning of a fragment is delivered before its slow part (rule 18)', async () => {
      const id = newId()
      await site().send({ hold: `${id}/late` })
      const document = createTextReader(await fetch(`${site().origin}/doll/${id}`))
      const html = await document.readUntil(`<p>${id}/c is late</p>`, `<p>${id}/b=1</p>`)
      expect(html).not.toContain(`${id}/c=1`)
      await site().send({ release: `${id}/late` })
      expect(readableText(await document.readAll())).toContain(`${id}/c=1`)
    })

    it('a fragment is stored whole although its visitor disconnected (rule 12)', async () => {
      const id = newId()
      await site().send({ hold: `${id}/late` })
      await disconnectAfter(`${id}/c is late`, `${site().origin}/doll/${id}`)
      await site().send({ release: `${id}/late` })
      await site().stored(`doll["${id}"]`)
      const { html, text } = await site().get(`/doll/${id}`)
      for (const content of ['head=1', 'a=1', 'b=1', 'c=1']) expect(text).toContain(`${id}/${content}`)
      expect(html).toContain('</html>')
      expect(await site().count(`render doll ${id}`)).toBe(1)
    })

    it('the old copy is served once after a refresh, and then the new (rule 15)', async () => {
      const id = newId()
      await site().get(`/item/${id}`)
      await site().stored(`item["${id}/a"]`)
      const { refreshed } = await site().send({ write: { [`${id}/a`]: '2' }, refresh: `${id}/a` })
      expect(refreshed).toBe(1)
      expect((await site().get(`/item/${id}`)).text).toContain(`${id}/a=1`)
      await site().stored(`item["${id}/a"]`, 2)
      expect((await site().get(`/item/${id}`)).text).toContain(`${id}/a=2`)
      expect(await site().count(`render item ${id}/a`)).toBe(2)
    })
  })
}

/** Reads the text of a response as it comes. */
function createTextReader({ body }: Response) {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const readMore = async () => {
    const { value } = (await reader?.read()) ?? {}
    text += value ?? ''
    return value !== undefined
  }
  return {
    /** @throws when the response ends without one of `parts` */
    async readUntil(...parts: string[]): Promise<string> {
      for (const part of parts) {
        while (!text.includes(part))
          if (!(await readMore())) throw new Error(`There is no ${part} in ${text}`)
      }
      return text
    },
    async readAll(): Promise<string> {
      while (await readMore());
      return text
    },
  }
}

/** Reads a page up to `text`, and then breaks the connection. */
function disconnectAfter(text: string, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent: false }, (response) => {
      let seen = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        seen += chunk
        if (seen.includes(text)) outgoing.destroy()
      })
      response.on('error', () => {})
    })
    outgoing.on('error', reject)
    outgoing.on('close', resolve)
    outgoing.end()
  })
}
