import { expect } from 'vitest'
import { visit } from '../support/browser.ts'
import { publishFilm } from '../support/demoApi.ts'
import { test } from '../support/demoTest.ts'

test('a published film is on its page, on its shelf, in searches and in the news', async ({ newVisitor }) => {
  const [page, reader] = [await newVisitor(), await newVisitor()]
  const title = 'The Night of the Test'
  const film = reader.getByRole('main').getByRole('link', { name: title })
  const news = reader.getByRole('region', { name: 'From the desk' })
  const filmsInArchive = async () => {
    const sentence = await news.getByText('films in the archive').textContent()
    return Number(sentence?.match(/[\d,]+/)?.[0].replace(',', ''))
  }

  // Visits every page before the film exists, its own page too.
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

test('a film without a title is not published, and the input is kept', async ({ newVisitor }) => {
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

test('films with one title have different URLs', async ({ newVisitor }) => {
  const page = await newVisitor()
  const slugs: string[] = []
  for (const distributor of ['One', 'Two', 'Three']) {
    slugs.push((await publishFilm({ title: 'Twice Told', released: '1999-01-01', distributor })).film.slug)
  }
  expect(slugs).toEqual(['twice-told', 'twice-told-1999', 'twice-told-1999-2'])
  await visit(page, '/films/twice-told-1999')
  await page.getByText('Two', { exact: true }).waitFor()
})

test('markup in a title is shown as text', async ({ newVisitor }) => {
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
