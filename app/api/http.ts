const MAX_BODY = 16 * 1024

/** Thrown by a handler's steps and answered as JSON. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly errors?: Record<string, string>,
  ) {
    super(message)
  }
}

export function answer<Context>(handle: (request: Request, context: Context) => Promise<Response>) {
  return async (request: Request, context: Context): Promise<Response> => {
    try {
      return await handle(request, context)
    } catch (error) {
      if (!(error instanceof HttpError)) throw error
      const { status, message, errors } = error
      return Response.json(errors ? { error: message, errors } : { error: message }, { status })
    }
  }
}

/**
 * The JSON object in the body of a request that changes something. There are no accounts in this demo, so
 * all that can be kept out is another site's page that posts through a visitor's browser.
 */
export async function readObject(request: Request): Promise<Record<string, unknown>> {
  refuseOtherSites(request)
  if (request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() !== 'application/json') {
    throw new HttpError(415, 'The body must be application/json.')
  }
  const body = parse(await readText(request))
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new HttpError(400, 'The body must be a JSON object.')
  }
  return body as Record<string, unknown>
}

function refuseOtherSites(request: Request): void {
  const origin = request.headers.get('origin')
  const site = request.headers.get('sec-fetch-site')
  const isForeign =
    origin !== null && !(URL.canParse(origin) && new URL(origin).host === request.headers.get('host'))
  if (isForeign || (site !== null && site !== 'same-origin' && site !== 'none')) {
    throw new HttpError(403, 'Requests from other sites are refused.')
  }
}

async function readText(request: Request): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let size = 0
  let text = ''
  try {
    // The length header may be missing or wrong: what counts is what comes.
    for await (const chunk of request.body ?? []) {
      size += chunk.byteLength
      if (size > MAX_BODY) throw new HttpError(413, `The body must not exceed ${MAX_BODY} bytes.`)
      text += decoder.decode(chunk, { stream: true })
    }
    return text + decoder.decode()
  } catch (error) {
    if (error instanceof HttpError) throw error
    throw new HttpError(400, 'The body could not be read as UTF-8.')
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new HttpError(400, 'The body is not valid JSON.')
  }
}
