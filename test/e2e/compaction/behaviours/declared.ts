import { expect } from 'vitest'
import type { Site } from '../../../support/nextSite.ts'
import { type BrowserTest, expectSameDom } from '../twins.ts'
import { change, fill, go, load, refresh } from '../visits.ts'

/** Client components of `prerenderComponent` have the HTML of their fill, and behave as without the library. */
export function declared(test: BrowserTest, site: () => Site): void {
  const fillDeclared = () => fill(site(), '/cached/declared', 'declared["cached"]')

  test('a hit renders no declared component, and its document has the HTML', async () => {
    await fillDeclared()
    const counts = () => Promise.all([site().count('render Badge'), site().count('render PressButton')])
    const before = await counts()
    const { html } = await site().get('/cached/declared')
    expect(await counts()).toEqual(before)
    expect(html).toContain('>row one<!-- --> &amp; pressed <!-- -->0<!-- --> times</button>')
    await site().get('/plain/declared')
    expect(await counts(), 'without the library').toEqual([before[0] + 4, before[1] + 5])
  })

  test('a component without behaviour is not in the data of a hit', async () => {
    await fillDeclared()
    const { html } = await site().get('/cached/declared')
    expect(html.split('beside an island')).toHaveLength(2)
    expect(html).not.toContain('\\"tone\\"')
  })

  test('a declared component that hydrates keeps its state over a refresh', async ({ newVisitor }) => {
    await fillDeclared()
    const page = await newVisitor()
    await load(page, '/cached/declared')
    const button = page.locator('[data-island="row one"]')
    await button.click()
    await button.click()
    expect(await button.textContent()).toBe('row one & pressed 2 times')
    await change(site(), 'declared', 'two')
    await refresh(page)
    await page.getByText('Version two').waitFor()
    expect(await button.textContent()).toBe('row one & pressed 2 times')
    await site().stored('declared["cached"]', 2)
    await refresh(page)
    expect(await button.textContent()).toBe('row one & pressed 2 times')
  })

  test('a component that is wrongly declared to have no behaviour keeps it', async ({ newVisitor }) => {
    await fillDeclared()
    const page = await newVisitor()
    await load(page, '/cached/declared')
    const handled = page.locator('em[data-handled]')
    await handled.click()
    expect(await handled.getAttribute('data-handled')).toBe('clicked')
    expect(site().log()).toContain(
      'Declared.tsx#Handled was declared with `hydrate: false`, and uses `onClick`',
    )
  })

  test('declared components work after a navigation', async ({ newVisitor }) => {
    await fillDeclared()
    await expectSameDom(
      newVisitor,
      'cached',
      { comparison: 'mounted' },
      (page) => load(page, '/plain/home'),
      (page, mode) => go(page, `/${mode}/declared`),
      (page) => page.locator('[data-island="in a nested fragment"]:visible').click(),
    )
  })

  test('a declared component that is not pure becomes an ordinary one', async () => {
    const refused = 'dynamic impure: Declared.tsx#Impure (other HTML for the same props)'
    await fill(site(), '/cached/impure', 'impure["cached"]')
    expect(await site().count(refused)).toBe(0)
    for (const [round, value] of ['two', 'three'].entries()) {
      await change(site(), 'impure', value)
      await site().get('/cached/impure')
      await site().stored('impure["cached"]', round + 2)
    }
    expect(await site().count(refused)).toBeGreaterThan(0)
    expect(site().log()).toContain('Declared.tsx#Impure was declared with prerenderComponent()')
  })

  test('the events name the declared components that stay as they are, and the reasons', async () => {
    await fillDeclared()
    const { eventLog } = await site().send({})
    expect(Object.keys(eventLog)).toEqual(
      expect.arrayContaining([
        'dynamic declared: Declared.tsx#Themed (useContext)',
        'dynamic declared: Declared.tsx#Labelled (useId)',
        'dynamic declared: Declared.tsx#Patient (it waits for something)',
      ]),
    )
  })
}
