export function slugify(text: string): string
export function createUniqueSlug(
  text: string,
  isTaken: (slug: string) => boolean,
  hint?: string | number | null,
): string
