/**
 * Runs a change of the data, and then expires what it changed. An expiry before the commit would be undone by the next
 * reader, who still renders the old data.
 *
 * It expires also when the change fails: where the answer of a commit was lost, it may have gone through, and an expiry
 * too many costs no more than a render.
 *
 * @param work a promise, or a function that returns one
 * @param obj the changed objects, or a function that returns them, given the result (`undefined` when `work` failed)
 * @returns the result of `work`
 * @throws the error of `work`, or else that of `expire`
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
    // The caller needs the error of the change first.
    await expireFor(undefined).catch(() => {})
    throw error
  }
  await expireFor(value)
  return value
}
