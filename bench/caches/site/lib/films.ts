/** Films are shown in groups: page 0 shows the films 0 to 3, and so on. */
export const FILMS_PER_PAGE = 4
/** Pages that the build renders. Others are rendered at their first request. */
export const BUILT_PAGES = [0, 1, 2]

export function getFilmIds(page: string): number[] {
  const first = Number(page) * FILMS_PER_PAGE
  return Array.from({ length: FILMS_PER_PAGE }, (_, index) => first + index)
}
