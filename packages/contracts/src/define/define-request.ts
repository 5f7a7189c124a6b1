import { z } from 'zod'

/** A request that one service answers. Made with {@link defineRequest}. */
export interface RequestType<Request extends z.ZodType = z.ZodType, Reply extends z.ZodType = z.ZodType> {
  readonly subject: string
  readonly title: string
  readonly request: Request
  readonly reply: Reply
}

/**
 * The reply when the responder could not do what was requested, for example because the database is down: nothing was changed, and a
 * repetition may succeed. Part of the reply of every request.
 */
export const failedReply = z.object({ status: z.literal('failed'), errors: z.array(z.string()) })

/** Declares a request and its reply, of which {@link failedReply} is a part. */
export function defineRequest<Request extends z.ZodType, Reply extends z.ZodType>(
  declaration: RequestType<Request, Reply>,
): RequestType<Request, Reply> {
  return declaration
}
