import type { EnqueueMiddleware, JobRequest } from '@danbooru-jobs/contracts'
import { type Attributes, SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { inSpan, markFailed } from '../tracing/spans.ts'
import type { PerformMiddleware } from './middleware.ts'

/** Attributes of the OpenTelemetry semantic conventions for messaging, version 1.37. */
function messaging(operation: 'send' | 'process', destination: string, more: Attributes): Attributes {
  return {
    'messaging.system': 'nats',
    'messaging.operation.name': operation,
    'messaging.operation.type': operation,
    'messaging.destination.name': destination,
    ...more,
  }
}

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

/** A span for every enqueue of a publisher: `connectPublisher({ servers, middleware: [traceEnqueue] })`. */
export const traceEnqueue: EnqueueMiddleware = function traceEnqueue(jobs, next) {
  const types = new Set(jobs.map(({ type }) => type.name))
  const destination = types.size === 1 ? `jobs.${[...types].join()}` : 'jobs'
  const [first] = jobs
  const attributes = messaging('send', destination, {
    ...(jobs.length > 1 && { 'messaging.batch.message_count': jobs.length }),
    ...(jobs.length === 1 && first?.options.id !== undefined && { 'messaging.message.id': first.options.id }),
  })
  const { traceparent, tracestate } = first?.options ?? {}
  const description = {
    name: `send ${destination}`,
    kind: SpanKind.PRODUCER,
    attributes,
    ...(traceparent !== undefined && { parent: { traceparent, tracestate } }),
  }
  return inSpan(description, async (span, headers) => {
    const traced = jobs.map((one): JobRequest => ({ ...one, options: { ...one.options, ...headers } }))
    const result = await next(traced)
    span.setAttribute('job.enqueue_status', result.status)
    return result
  })
}
