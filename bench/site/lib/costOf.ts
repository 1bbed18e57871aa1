/** What a fragment's data costs, in milliseconds: time that passes (a query), and time of this processor. */
export interface Cost {
  wait: number
  work: number
}

export type CostParams = Promise<{ wait?: string; work?: string }>

export async function costOf(params: CostParams): Promise<Cost> {
  const { wait, work } = await params
  return { wait: Number(wait) || 0, work: Number(work) || 0 }
}

export async function spend({ wait, work }: Cost): Promise<void> {
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
  for (const until = performance.now() + work; performance.now() < until; );
}
