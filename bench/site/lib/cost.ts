/** What a fragment's data costs, in milliseconds: time that passes (a query), and time of this processor. */
export interface Cost {
  wait: number
  work: number
}

export const FREE: Cost = { wait: 0, work: 0 }

export function costOf({ wait, work }: { wait?: string; work?: string }): Cost {
  return { wait: Number(wait) || 0, work: Number(work) || 0 }
}

export async function spend({ wait, work }: Cost): Promise<void> {
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
  if (work > 0) for (const until = performance.now() + work; performance.now() < until; );
}
