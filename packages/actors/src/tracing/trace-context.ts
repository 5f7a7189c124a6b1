import type { MessageContext } from '@danbooru-jobs/contracts'
import { createTraceState, isSpanContextValid, type SpanContext } from '@opentelemetry/api'

/** The part of a message's context that says to which trace it belongs. */
export type TraceHeaders = Pick<MessageContext, 'traceparent' | 'tracestate'>

/** As {@link TraceHeaders}, each there or not there at all: to be spread into options. */
export type KnownTraceHeaders = { readonly [Name in keyof TraceHeaders]?: string }

/** `version-traceId-spanId-flags`, all in lower-case hexadecimal (W3C Trace Context, level 1). */
const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/

/** Reads the headers; undefined if there are none, or none that the recommendation calls valid. */
export function parseTraceHeaders({ traceparent, tracestate }: TraceHeaders): SpanContext | undefined {
  const [, version = '', traceId = '', spanId = '', flags = '', more] = form.exec(traceparent ?? '') ?? []
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined
  const context: SpanContext = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & 1,
    isRemote: true,
    ...(tracestate && { traceState: createTraceState(tracestate) }),
  }
  return isSpanContextValid(context) ? context : undefined
}

/** Writes the headers; nothing for a context that is not valid. */
export function traceHeadersOf(context: SpanContext | undefined): KnownTraceHeaders {
  if (!context || !isSpanContextValid(context)) return {}
  const flags = (context.traceFlags & 1).toString(16).padStart(2, '0')
  const tracestate = context.traceState?.serialize()
  return {
    traceparent: `00-${context.traceId}-${context.spanId}-${flags}`,
    ...(tracestate && { tracestate }),
  }
}
