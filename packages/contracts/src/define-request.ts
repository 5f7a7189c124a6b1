import type { z } from 'zod'

/** A request that one service answers. Made with {@link defineRequest}. */
export interface RequestType<Request extends z.ZodType = z.ZodType, Reply extends z.ZodType = z.ZodType> {
  readonly subject: string
  readonly title: string
  readonly request: Request
  readonly reply: Reply
}

/** Declares a request and its reply. */
export function defineRequest<Request extends z.ZodType, Reply extends z.ZodType>(
  declaration: RequestType<Request, Reply>,
): RequestType<Request, Reply> {
  return declaration
}
