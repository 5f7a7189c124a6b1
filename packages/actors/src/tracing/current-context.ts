import { AsyncLocalStorage } from 'node:async_hooks'
import type { MessageContext } from '@danbooru-jobs/contracts'
import { activeTrace } from './spans.ts'

/** Who knows on whose behalf, and in which trace, the work at hand is done: a job, a request, a message to a lifecycle. */
export interface ContextSource {
  readonly actor?: string | undefined
  readonly trace: Pick<MessageContext, 'traceparent' | 'tracestate'>
}

const sources = new AsyncLocalStorage<ContextSource>()

/** Does the work so that everything it sends inherits the source's context. */
export function inContextOf<Result>(source: ContextSource, work: () => Result): Result {
  return sources.run(source, work)
}

/** Whether a job, a request or a lifecycle message is at hand. */
export function isInContext(): boolean {
  return sources.getStore() !== undefined
}

/**
 * The context of the job, request or lifecycle message at hand, empty outside of one. The outbox uses it by itself; give it to a
 * publisher that handlers use: `connectPublisher({ servers, context: currentContext })`.
 */
export function currentContext(): MessageContext {
  const source = sources.getStore()
  return { actor: source?.actor, ...source?.trace, ...activeTrace() }
}
