import { type Revalidation, revalidate } from '../../../site/revalidate'

export async function POST(request: Request): Promise<Response> {
  await revalidate((await request.json()) as Revalidation)
  return Response.json({})
}
