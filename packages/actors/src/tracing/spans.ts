import {
  type Attributes,
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { packageVersion } from '../environment/version.ts'
import {
  type KnownTraceHeaders,
  parseTraceHeaders,
  type TraceHeaders,
  traceHeadersOf,
} from './trace-context.ts'

/** What a span is about. */
export interface SpanDescription {
  readonly name: string
  readonly kind: SpanKind
  readonly attributes: Attributes
  /** The headers of the message that causes it: its parent. Without them, the span that is active. */
  readonly parent?: TraceHeaders
}

/**
 * Does the work in a span. The work gets the span and the headers that hand it on; an error it throws ends the span as failed. Without an
 * OpenTelemetry SDK the span records nothing, and the headers are those of the parent.
 */
export async function inSpan<Result>(
  description: SpanDescription,
  work: (span: Span, headers: KnownTraceHeaders) => Promise<Result>,
): Promise<Result> {
  const remote = description.parent && parseTraceHeaders(description.parent)
  const parent = remote ? trace.setSpanContext(ROOT_CONTEXT, remote) : context.active()
  const { kind, attributes } = description
  const span = tracer().startSpan(description.name, { kind, attributes }, parent)
  const headers = traceHeadersOf(isSpanContextValid(span.spanContext()) ? span.spanContext() : remote)
  try {
    return await context.with(trace.setSpan(parent, span), () => work(span, headers))
  } catch (error) {
    markFailed(span, error)
    throw error
  } finally {
    span.end()
  }
}

/** Notes on the span that the work failed, and why. */
export function markFailed(span: Span, error: unknown): void {
  const cause = error instanceof Error ? error : new Error(String(error))
  span.recordException(cause)
  span.setAttribute('error.type', cause.name)
  span.setStatus({ code: SpanStatusCode.ERROR, message: cause.message })
}

/** The headers of the span that is active at the moment, if there is one. */
export function activeTrace(): KnownTraceHeaders {
  return traceHeadersOf(trace.getSpanContext(context.active()))
}

/** Whether the program has registered an OpenTelemetry SDK. Without one, spans cost nothing. */
export function isTracing(): boolean {
  return isSpanContextValid(tracer().startSpan('probe', { root: true }).spanContext())
}

function tracer() {
  return trace.getTracer('danbooru-jobs', packageVersion)
}
