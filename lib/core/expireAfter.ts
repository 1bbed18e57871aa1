/**
 * Runs what changes the data, and then expires: an expiry before the commit would be undone by the next reader, who
 * renders the old data once more.
 *
 * Also when the change fails: whether a commit has gone through is not known where its answer was lost, and an
 * expiry too many only costs a render.
 *
 * @param work a promise, or what makes one
 * @param expire given what `work` came to; nothing when it failed
 * @returns what `work` came to
 * @throws what `work` threw, or else what `expire` threw
 */
export async function expireAfter<T>(
  work: PromiseLike<T> | (() => PromiseLike<T> | T),
  expire: (value: T | undefined) => Promise<unknown>,
): Promise<T> {
  let value: T
  try {
    value = await (typeof work === 'function' ? work() : work)
  } catch (error) {
    // What is wrong with the expiry as well is not what the caller has to know first.
    await expire(undefined).catch(() => {})
    throw error
  }
  await expire(value)
  return value
}
