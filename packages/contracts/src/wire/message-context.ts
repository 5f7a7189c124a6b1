import { type HeaderReader, jobHeader } from './headers.ts'

/**
 * On whose behalf a message is sent, and which trace it belongs to: handed on from message to message in the headers
 * `Job-Actor`, `traceparent` and `tracestate`.
 */
export interface MessageContext {
  /** Who caused the first message: a user id or a service's name. */
  readonly actor?: string | undefined
  /** W3C trace context, version 00. */
  readonly traceparent?: string | undefined
  readonly tracestate?: string | undefined
}

/** The context as headers; what is not known has none. */
export function contextHeaders(context: MessageContext): Record<string, string> {
  return {
    ...(context.actor && { [jobHeader.actor]: context.actor }),
    ...(context.traceparent && { [jobHeader.traceparent]: context.traceparent }),
    ...(context.tracestate && { [jobHeader.tracestate]: context.tracestate }),
  }
}

/** The context that a received message carries. */
export function contextOfHeaders(header: HeaderReader): MessageContext {
  return {
    actor: header(jobHeader.actor),
    traceparent: header(jobHeader.traceparent),
    tracestate: header(jobHeader.tracestate),
  }
}

/** The values of `own`, completed by those of `inherited`. */
export function inheritContext<Own extends MessageContext>(own: Own, inherited: MessageContext): Own {
  const traced = own.traceparent !== undefined
  return {
    ...own,
    ...(own.actor === undefined && inherited.actor && { actor: inherited.actor }),
    ...(!traced && inherited.traceparent && { traceparent: inherited.traceparent }),
    ...(!traced && inherited.tracestate && { tracestate: inherited.tracestate }),
  }
}
