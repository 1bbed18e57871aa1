import { z } from 'zod'

/** The limit in characters. The demo publishes no longer events. */
const MAX_EVENT_LENGTH = 256 * 1024
export const MAX_LISTED = 200

const text = z.string().max(2_000)
const at = z.number().int().nonnegative()
const number = z.number().nonnegative()

const edit = z.object({
  editor: text,
  action: text,
  title: text,
  slug: z
    .string()
    .regex(/^[a-z0-9-]{1,100}$/)
    .optional(),
  change: text,
  at,
})

/** An event on the demo's channel. `at` is a time in milliseconds since 1970. */
const liveEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('handled'),
    at,
    durationMs: number,
    messages: z.array(edit).max(MAX_LISTED),
    expired: number,
    refreshed: number,
    objects: z.array(text).max(MAX_LISTED),
    fragments: z.array(text).max(MAX_LISTED),
    routes: z.array(text).max(MAX_LISTED),
  }),
  z.object({ type: z.literal('rebuilt'), at, route: text, durationMs: number }),
  z.object({ type: z.literal('skipped'), at, route: text, reason: text, durationMs: number }),
  z.object({
    type: z.literal('failed'),
    at,
    route: text,
    reason: text,
    durationMs: number,
    exhausted: z.boolean(),
  }),
  z.object({ type: z.literal('trouble'), at, reason: text }),
])

export type LiveEvent = z.infer<typeof liveEvent>
export type Edit = z.infer<typeof edit>

/** Parses an event. Returns undefined when it is invalid, because any client of Redis can publish on the channel. */
export function readLiveEvent(json: string): LiveEvent | undefined {
  if (json.length > MAX_EVENT_LENGTH) return undefined
  try {
    return liveEvent.safeParse(JSON.parse(json)).data
  } catch {
    return undefined
  }
}
