/**
 * Converts text to a URL segment: 'Schindler’s List' becomes 'schindlers-list', 'Amélie' becomes 'amelie'.
 * This module is plain JavaScript because the import script, which is not compiled, uses it too.
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
 * Returns the first of `slug`, `slug-hint`, `slug-hint-2`, `slug-hint-3`, … that is not taken, or without a
 * hint the first of `slug`, `slug-2`, `slug-3`, ….
 *
 * @param {string} text
 * @param {(slug: string) => boolean} isTaken
 * @param {string | number | null} [hint] tried first, for example the year of a remake
 * @returns {string}
 */
export function createUniqueSlug(text, isTaken, hint = null) {
  const slug = slugify(text)
  if (!isTaken(slug)) return slug
  const slugWithHint = hint === null ? slug : `${slug}-${slugify(String(hint))}`
  if (!isTaken(slugWithHint)) return slugWithHint
  let number = 2
  while (isTaken(`${slugWithHint}-${number}`)) number++
  return `${slugWithHint}-${number}`
}
