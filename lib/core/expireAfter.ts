/**
 * Runs a change of the data, and then expires the changed objects. After an expiry before the commit, the next reader
 * would store the old data again.
 *
 * It also expires when the change fails: a commit may have succeeded although its answer was lost, and a needless expiry
 * costs no more than a render.
 *
 * @param work a promise, or a function that returns one
 * @param obj the changed objects, or a function that returns them, given the result (`undefined` when `work` failed)
 * @returns the result of `work`
 * @throws the error of `work`, or else the error of `expire`
 */
export async function expireAfter<Result, Obj>(
  work: PromiseLike<Result> | (() => PromiseLike<Result> | Result),
  obj: Obj | ((value: Result | undefined) => Obj),
  expire: (obj: Obj) => Promise<unknown>,
): Promise<Result> {
  const expireFor = async (value: Result | undefined) => {
    await expire(typeof obj === 'function' ? (obj as (value: Result | undefined) => Obj)(value) : obj)
  }
  let value: Result
  try {
    value = await (typeof work === 'function' ? work() : work)
  } catch (error) {
    // The error of the change takes precedence.
    await expireFor(undefined).catch(() => {})
    throw error
  }
  await expireFor(value)
  return value
}
