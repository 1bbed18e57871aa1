const CONTROL_FLOW = /^NEXT_(REDIRECT|HTTP_ERROR_FALLBACK)\b/
const DYNAMIC =
  /^(BAILOUT_TO_CLIENT_SIDE_RENDERING|DYNAMIC_SERVER_USAGE|NEXT_PRERENDER_INTERRUPTED|HANGING_PROMISE_REJECTION)$/

/** Why Next throws an error with this digest. `undefined` for a fault. */
export function getDigestReason(digest: string): 'control-flow' | 'dynamic' | undefined {
  if (CONTROL_FLOW.test(digest)) return 'control-flow'
  return DYNAMIC.test(digest) ? 'dynamic' : undefined
}
