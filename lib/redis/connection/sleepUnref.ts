/** Keeps no process from ending. */
export function sleepUnref(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref())
}
