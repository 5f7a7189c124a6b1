import type { z } from 'zod'
import { type Delivery, type DeliveryOptions, resolveDelivery } from './delivery.ts'

/** A job type: its payload, and how its jobs are delivered. Made with {@link defineJob}. */
export interface JobType<Name extends string = string, Schema extends z.ZodType = z.ZodType> {
  /** The type's name in kebab-case; also its subject token, its consumer and its service folder. */
  readonly name: Name
  /** One sentence for operators: what the job does. */
  readonly title: string
  /** The message's body. Unknown fields pass and are dropped, so old workers read new messages. */
  readonly payload: Schema
  readonly delivery: Delivery<z.output<Schema>>
}

/** What the handler of a job type receives. */
export type PayloadOf<Type extends JobType> = z.output<Type['payload']>

/** What a publisher of a job type may write: defaults may be left out. */
export type PayloadInputOf<Type extends JobType> = z.input<Type['payload']>

/** What is written to declare a job type. */
export interface JobDeclaration<Name extends string, Schema extends z.ZodType> {
  readonly name: Name
  readonly title: string
  readonly payload: Schema
  readonly delivery?: DeliveryOptions<z.output<Schema>>
}

/**
 * Declares a job type.
 *
 * @throws TypeError if the name is not kebab-case (it becomes a subject token and a consumer name).
 * @throws RangeError if a delivery option makes no sense.
 */
export function defineJob<const Name extends string, Schema extends z.ZodType>(
  declaration: JobDeclaration<Name, Schema>,
): JobType<Name, Schema> {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(declaration.name)) {
    throw new TypeError(`a job type is named in kebab-case, not "${declaration.name}"`)
  }
  return {
    name: declaration.name,
    title: declaration.title,
    payload: declaration.payload,
    delivery: resolveDelivery(declaration.delivery ?? {}),
  }
}
