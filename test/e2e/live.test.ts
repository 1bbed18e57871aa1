import { existsSync } from 'node:fs'
import { Redis } from 'ioredis'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { browserTest, visit } from '../support/browser.ts'
import { test as demoTest } from '../support/demoTest.ts'
import { type LiveDemo, startLiveDemo } from '../support/liveDemo.ts'
import {
  findBrokenWords,
  findInaccessibleParts,
  findOverflow,
  findSmallTargets,
  findUnreadableTexts,
} from '../support/pageChecks.ts'
import { startProxy } from '../support/tcpProxy.ts'

let demo: LiveDemo
// The output of the editor and the worker is not checked, because titles of films may contain any word.
const test = browserTest(() => ({ origin: demo.origin, log: () => '' }))

const stories = (page: Page) => page.getByRole('list', { name: 'Edits' }).locator(':scope > li')

beforeAll(async () => {
  demo = await startLiveDemo('--seconds', '600')
})
afterAll(() => demo?.stop())

describe('the live page', () => {
  test('the live page shows an edit, its fragments, and its pages as they are rebuilt', async ({
    newVisitor,
  }) => {
    const page = await newVisitor()
    await visit(page, '/')
    await page.getByRole('banner').getByRole('link', { name: 'Live', exact: true }).click()
    await page
      .getByRole('status')
      .getByText(/● Connected$/)
      .waitFor()

    const story = stories(page)
      .filter({ hasText: ' saved ' })
      .filter({ hasText: 'All rebuilt after' })
      .first()
    await story.waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    await story.getByText(/fragments? refreshed$/).waitFor()
    await story.getByText('film/page').waitFor()
    await story.getByText(/^\d+ objects?$/).click()
    await story
      .getByText(/^film:\d+/)
      .first()
      .waitFor()
    const film = story.getByRole('heading').getByRole('link').first()
    const [title, path] = [await film.textContent(), await film.getAttribute('href')]
    const rebuilt = story.getByRole('listitem').filter({ has: page.getByRole('img', { name: 'rebuilt' }) })
    await rebuilt.getByText(`${path}`, { exact: true }).waitFor()

    const change = await story.locator('h2 + p').first().textContent()
    await film.click()
    await page.getByRole('region', { name: 'Changes' }).waitFor()
    // Next may serve the old prerendered page again while it renders the new one.
    await expect
      .poll(async () => {
        await visit(page, `${path}`)
        return page.getByRole('main').textContent()
      })
      .toContain(change)
    await page.getByRole('heading', { level: 1, name: `${title}` }).waitFor()
  })

  test('the live page also shows the edits of visitors', async ({ newVisitor }) => {
    const page = await newVisitor()
    await visit(page, '/live')
    const response = await fetch(`${demo.origin}/api/films/1`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ runningTime: 77 }),
    })
    const { keys } = await response.json()
    await page.getByRole('heading', { name: `A visitor changed ${keys[0]}` }).waitFor()
  })

  test('the live page shows earlier events to a late visitor', async ({ newVisitor }) => {
    await demo.printed(/saved/)
    const response = await fetch(`${demo.origin}/api/live`)
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    const id = await readFirstId(response)
    const repeated = await fetch(`${demo.origin}/api/live`, { headers: { 'last-event-id': id } })
    expect(await readFirstId(repeated)).toBe(id.replace(/\d+$/, (number) => `${Number(number) + 1}`))
    const page = await newVisitor()
    await visit(page, '/live')
    await page.getByRole('list', { name: 'Edits' }).waitFor()
  })

  test('the live page reports a lost connection, and reconnects by itself', async ({ newVisitor }) => {
    const proxy = await startProxy(Number(new URL(demo.origin).port))
    try {
      const page = await newVisitor({
        baseURL: `http://127.0.0.1:${proxy.port}`,
        prefetch: false,
        tolerated: /api\/live/,
      })
      await visit(page, '/live')
      const status = page.getByRole('status')
      await status.getByText(/● Connected$/).waitFor()
      await stories(page).first().waitFor()
      proxy.refuse(true)
      proxy.cut()
      await status.getByText('Not connected').waitFor()
      proxy.refuse(false)
      await status.getByText(/● Connected$/).waitFor()
      expect(await stories(page).count()).toBeGreaterThan(0)
    } finally {
      await proxy.close()
    }
  })

  test('the live page shows markup in a title as text', async ({ newVisitor }) => {
    const page = await newVisitor()
    await visit(page, '/live')
    await page
      .getByRole('status')
      .getByText(/● Connected$/)
      .waitFor()
    const title = `<img src=x onerror="document.title='run'"> ${Date.now()}`
    const redis = new Redis(demo.redisUrl)
    try {
      const at = Date.now()
      const edit = { editor: '<b>Eve</b>', action: 'save', title, slug: 'jaws', change: '<i>all</i>', at }
      const event = { type: 'handled', at, durationMs: 1, messages: [edit], expired: 0, refreshed: 1 }
      const lists = { objects: ['<s>'], fragments: ['<s>'], routes: ['/<s>'] }
      await redis.publish('demo:live', JSON.stringify({ ...event, ...lists }))
      await redis.publish('demo:live', '{"type":"handled"}\n\ndata: mine')
    } finally {
      redis.disconnect()
    }
    await page.getByRole('link', { name: title, exact: true }).waitFor()
    await page.getByText('<i>all</i>', { exact: true }).waitFor()
    expect(await page.title()).not.toBe('run')
  })

  test('the live page is accessible, in both colour schemes and on a phone', async ({ newVisitor }) => {
    const page = await newVisitor({ colorScheme: 'dark' })
    await visit(page, '/live')
    await page.getByText('All rebuilt after').first().waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    expect.soft(await findUnreadableTexts(page), 'in the dark').toEqual([])
    await page.emulateMedia({ colorScheme: 'light' })
    expect.soft(await findUnreadableTexts(page), 'by day').toEqual([])
    expect.soft(await findInaccessibleParts(page), 'for a screen reader').toEqual([])
    await page.setViewportSize({ width: 375, height: 800 })
    expect.soft(await findOverflow(page), 'on a phone').toEqual([])
    expect.soft(await findBrokenWords(page), 'on a phone').toEqual([])
    expect.soft(await findSmallTargets(page), 'for a finger').toEqual([])
  })
})

test('only the editor of the demo can use the API of the editor', async () => {
  const order = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"action":"delete","id":1}',
  }
  expect((await fetch(`${demo.origin}/api/live/edits`, order)).status).toBe(404)
  expect((await fetch(`${demo.origin}/api/films/1`)).status).toBe(200)
})

// Must be the last test of the demo, because it stops the demo.
test('a signal ends the demo and all of its child processes', async () => {
  const children = demo.children()
  expect(children).toHaveLength(2)
  expect(existsSync(`data/live-${demo.process.pid}`)).toBe(true)
  expect(await demo.stop()).toBe(0)
  expect(children.filter(isAlive)).toEqual([])
  expect(existsSync(`data/live-${demo.process.pid}`)).toBe(false)
})

demoTest('the live page without a worker names the command that starts one', async ({ newVisitor }) => {
  const page = await newVisitor({ prefetch: false })
  await visit(page, '/live')
  await page.getByText('npm run demo:live').waitFor()
  expect(await page.getByRole('banner').getByRole('link', { name: 'Live', exact: true }).count()).toBe(0)
  expect((await page.request.get('/api/live')).status()).toBe(404)
  expect((await page.request.post('/api/live/edits', { data: {} })).status()).toBe(404)
})

/** Returns the id of the first event. */
async function readFirstId({ body }: Response): Promise<string> {
  let text = ''
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    const id = /^id: (.+)$/m.exec(text)?.[1]
    if (id) return id
  }
  throw new Error(`There was no event in: ${text}`)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
