/**
 * Text as a URL segment: 'Schindler’s List' is 'schindlers-list', 'Amélie' is 'amelie'.
 * A module of plain JavaScript because the import script, which nothing compiles, shares it.
 *
 * @param {string} text
 * @returns {string} never empty, at most 80 characters
 */
export function slugify(text) {
  const slug = text
    .replace(/['’]/g, '')
    .replace(/½/g, ' 1 2')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/&/g, ' and ')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 80)
    .replace(/^-+|-+$/g, '')
  return slug || 'untitled'
}

/**
 * The first of `slug`, `slug-hint`, `slug-2`, `slug-3`, … that is not taken.
 *
 * @param {string} text
 * @param {(slug: string) => boolean} isTaken
 * @param {string | number | null} [hint] tried first, for example the year of a remake
 * @returns {string}
 */
export function uniqueSlug(text, isTaken, hint = null) {
  const slug = slugify(text)
  if (!isTaken(slug)) return slug
  const hinted = hint === null ? slug : `${slug}-${slugify(String(hint))}`
  if (!isTaken(hinted)) return hinted
  for (let n = 2; ; n++) {
    if (!isTaken(`${hinted}-${n}`)) return `${hinted}-${n}`
  }
}
