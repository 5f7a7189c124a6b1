import { AsyncLocalStorage } from 'node:async_hooks'
import type { MessageContext } from '@danbooru-jobs/contracts'
import { activeTrace } from './spans.ts'

/** The actor and the trace of the current work: a job, a request, or a message to a lifecycle. */
export interface ContextSource {
  readonly actor?: string | undefined
  readonly trace: Pick<MessageContext, 'traceparent' | 'tracestate'>
}

const sources = new AsyncLocalStorage<ContextSource>()

/** Does the work so that everything it sends inherits the source's context. */
export function inContextOf<Result>(source: ContextSource, work: () => Result): Result {
  return sources.run(source, work)
}

/** Whether the caller runs within a job, a request or a lifecycle message. */
export function isInContext(): boolean {
  return sources.getStore() !== undefined
}

/**
 * The context of the current job, request or lifecycle message, empty outside of one. The outbox uses it; give it to a
 * publisher that handlers use: `connectPublisher({ servers, context: currentContext })`.
 */
export function currentContext(): MessageContext {
  const source = sources.getStore()
  return { actor: source?.actor, ...source?.trace, ...activeTrace() }
}
