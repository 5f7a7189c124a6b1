import type { JobType, PayloadInputOf } from '../define/define-job.ts'
import type { JobOptions } from './message.ts'

/** One job to enqueue, made with {@link job}. */
export interface JobRequest {
  readonly type: JobType
  readonly payload: unknown
  readonly options: JobOptions
}

/** One job to enqueue together with others; payload and type are checked against each other here. */
export function job<Type extends JobType>(
  type: Type,
  payload: PayloadInputOf<Type>,
  options: JobOptions = {},
): JobRequest {
  return { type, payload, options }
}
