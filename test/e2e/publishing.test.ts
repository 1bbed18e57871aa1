import { expect } from 'vitest'
import { visit } from '../support/browser.ts'
import { publishFilm } from '../support/demoApi.ts'
import { test } from '../support/demoTest.ts'

test('a film that did not exist is on its page, on its shelf and in the news once it is published', async ({
  newVisitor,
}) => {
  const [page, reader] = [await newVisitor(), await newVisitor()]
  const title = 'The Night of the Test'
  const film = reader.getByRole('main').getByRole('link', { name: title })
  const news = reader.getByRole('region', { name: 'From the desk' })
  const filmsInArchive = async () => {
    const sentence = await news.getByText('films in the archive').textContent()
    return Number(sentence?.match(/[\d,]+/)?.[0].replace(',', ''))
  }

  // Every page has been there without it, its own too.
  expect(await visit(reader, '/films/the-night-of-the-test')).toBe(404)
  await reader.getByRole('heading', { level: 1, name: 'Page not found' }).waitFor()
  await visit(reader, '/search?q=night+of+the+test')
  await reader.getByText('No film or director matches').waitFor()
  await visit(reader, '/genres/horror?sort=newest')
  expect(await film.count()).toBe(0)
  await visit(reader, '/')
  const before = await filmsInArchive()

  await visit(page, '/')
  await page.getByRole('link', { name: 'Publish a film' }).click()
  await page.getByLabel('Title', { exact: true }).fill(title)
  await page.getByLabel('Director').fill('Vera Vitest')
  await page.getByLabel('Release date').fill('2010-12-31')
  await page.getByLabel('Genre').selectOption('Horror')
  await page.getByRole('button', { name: 'Publish' }).click()
  await page.waitForURL('**/films/the-night-of-the-test')
  await page.getByRole('heading', { level: 1, name: title }).waitFor()
  await page.getByRole('main').getByRole('link', { name: 'Vera Vitest' }).first().click()
  await page.getByRole('heading', { level: 1, name: 'Vera Vitest' }).waitFor()
  await page.getByRole('main').getByRole('link', { name: title }).waitFor()

  expect(await visit(reader, '/films/the-night-of-the-test')).toBe(200)
  await reader.getByRole('heading', { level: 1, name: title }).waitFor()
  for (const path of ['/search?q=night+of+the+test', '/genres/horror?sort=newest']) {
    await visit(reader, path)
    await film.waitFor()
  }
  await visit(reader, '/')
  await news.getByRole('link', { name: title }).waitFor()
  expect(await filmsInArchive()).toBe(before + 1)
})

test('a film without a title is not published, and what was typed is kept', async ({ newVisitor }) => {
  const page = await newVisitor()
  await visit(page, '/films/new')
  await page.getByLabel('Director').fill('Nobody Yet')
  await page.getByLabel('Genre').selectOption('Western')
  await page.getByRole('button', { name: 'Publish' }).click()
  await page.getByText('This cannot be empty.').waitFor()
  expect(await page.getByLabel('Director').inputValue()).toBe('Nobody Yet')
  expect(await page.getByLabel('Genre').inputValue()).toBe('Western')
  expect(new URL(page.url()).pathname).toBe('/films/new')
})

test('films of one title have addresses of their own', async ({ newVisitor }) => {
  const page = await newVisitor()
  const slugs: string[] = []
  for (const distributor of ['One', 'Two', 'Three']) {
    slugs.push((await publishFilm({ title: 'Twice Told', released: '1999-01-01', distributor })).film.slug)
  }
  expect(slugs).toEqual(['twice-told', 'twice-told-1999', 'twice-told-1999-2'])
  await visit(page, '/films/twice-told-1999')
  await page.getByText('Two', { exact: true }).waitFor()
})

test('a title is text, whatever is in it', async ({ newVisitor }) => {
  const page = await newVisitor()
  const title = `<img src=x onerror="document.title='run'"> & "Sons" </script><script>document.title='run'</script>`
  const { film } = await publishFilm({
    title,
    director: '<b>Bold</b>',
    genre: 'Western',
    released: '2011-12-30',
  })
  for (const path of [`/films/${film.slug}`, `/films/${film.slug}/edit`]) {
    await visit(page, path)
    await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor()
    expect(await page.title()).not.toBe('run')
  }
  for (const path of ['/', '/genres/western?sort=newest', `/directors/${film.directorSlug}`]) {
    await visit(page, path)
    await page.getByRole('main').getByRole('link', { name: title, exact: true }).waitFor()
    expect(await page.title()).not.toBe('run')
  }
})
