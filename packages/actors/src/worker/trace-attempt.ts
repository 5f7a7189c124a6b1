import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { messaging } from '../tracing/messaging-attributes.ts'
import { inSpan, markFailed } from '../tracing/spans.ts'
import type { PerformMiddleware } from './middleware.ts'

/** A span for every attempt, child of what enqueued the job: all attempts of a job, and what they enqueue, are one trace. */
export const traceAttempt: PerformMiddleware = function traceAttempt(performing, next) {
  const { job } = performing
  const destination = `jobs.${job.type}`
  const attributes = messaging('process', destination, {
    'messaging.message.id': job.id,
    'messaging.consumer.group.name': job.type,
    'job.type': job.type,
    'job.attempt': job.attempt,
    'job.enqueued_at': job.enqueuedAt.toISOString(),
    ...(job.actor !== undefined && { 'job.actor': job.actor }),
  })
  const description = {
    name: `process ${destination}`,
    kind: SpanKind.CONSUMER,
    attributes,
    parent: job.trace,
  }
  return inSpan(description, async (span, headers) => {
    job.trace = headers
    const outcome = await next(performing)
    span.setAttribute('job.outcome', outcome.kind)
    if ((outcome.kind === 'retry' || outcome.kind === 'discard') && outcome.error)
      markFailed(span, outcome.error)
    else if (outcome.kind === 'discard')
      span.setStatus({ code: SpanStatusCode.ERROR, message: outcome.reason })
    return outcome
  })
}
