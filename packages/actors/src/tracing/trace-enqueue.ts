import type { Enqueued, EnqueueMiddleware, JobRequest } from '@danbooru-jobs/contracts'
import { SpanKind } from '@opentelemetry/api'
import { messaging } from './messaging-attributes.ts'
import { inSpan } from './spans.ts'

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
    span.setAttribute('job.enqueue_status', statusOf(result))
    return result
  })
}

/** The status of all jobs of a chunk, or `mixed`. */
function statusOf(result: Enqueued): string {
  if ('status' in result) return result.status
  const statuses = new Set(result.map(({ status }) => status))
  return statuses.size === 1 ? [...statuses].join() : 'mixed'
}
