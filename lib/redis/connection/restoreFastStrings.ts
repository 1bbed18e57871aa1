/** More reads than V8 needs to see that an object is a prototype. */
const READS = 20

/**
 * Makes the methods of strings fast again, which the import of ioredis makes slow. ioredis has a class that extends `String`.
 * Since then V8 keeps `String.prototype` in its slow form, and no longer inlines `charCodeAt` and the like, in all code of the
 * process. Next hashes each prerendered page with them, character by character, which then takes four times as long.
 *
 * V8 returns a prototype to its fast form when a property is read through an object that inherits from it. The reads are in a
 * callback with a result, because a minifier removes reads whose result is not used.
 */
export function restoreFastStrings(): void {
  const heir = Object.create(String.prototype) as { readonly absent?: unknown }
  Array.from({ length: READS }).some(() => heir.absent !== undefined)
}
