import type { Logger } from 'pino'
import type { z } from 'zod'
import type { TransactionWork } from '../database/database.ts'
import type { Clock, NewId } from '../environment/environment.ts'
import type { Needs, Provided, Resources } from '../runtime/resource.ts'
import type { SettingsSchema } from '../settings/settings-schema.ts'

/** A request type: what may be asked, what is answered, and on which subject. */
export interface RequestShape<Asked extends z.ZodType = z.ZodType, Answer extends z.ZodType = z.ZodType> {
  readonly subject: string
  readonly title: string
  readonly request: Asked
  readonly reply: Answer
}

/** What a responder may use. */
export interface RequestContext {
  /** The same for a request that is sent again with the same `Nats-Msg-Id`. */
  readonly id: string
  /** Who asks, if the message says so: what is enqueued for the request inherits it. */
  readonly actor: string | undefined
  readonly clock: Clock
  readonly newId: NewId
  readonly log: Logger
  transaction<Result>(work: TransactionWork<Result>): Promise<Result>
}

/** Answers one type of request. Started by `runServices`; replicas share the requests. */
export interface ResponderDefinition extends Needs {
  readonly kind: 'responder'
  readonly name: string
  readonly request: RequestShape
  readonly answer: (asked: unknown, context: RequestContext, provided: Provided) => Promise<unknown>
  readonly invalid: (errors: readonly string[]) => unknown
}

/** The options of a responder. */
export interface ResponderOptions<Settings extends SettingsSchema, Opened extends Resources> {
  /** Environment variables that the answer needs: read and checked when the service starts. */
  readonly settings?: Settings
  /** What is opened when the service starts and closed when it stops. */
  readonly resources?: Opened
}

/**
 * Declares a responder.
 *
 * @param invalid makes the answer to a request that does not fit its schema, from lines like `userId: expected number`.
 */
export function responder<
  Asked extends z.ZodType,
  Answer extends z.ZodType,
  Settings extends SettingsSchema = SettingsSchema,
  Opened extends Resources = Resources,
>(
  name: string,
  request: RequestShape<Asked, Answer>,
  answer: (
    asked: z.output<Asked>,
    context: RequestContext,
    provided: Provided<Settings, Opened>,
  ) => Promise<z.input<Answer>>,
  invalid: (errors: readonly string[]) => z.input<Answer>,
  options: ResponderOptions<Settings, Opened> = {},
): ResponderDefinition {
  return {
    kind: 'responder',
    name,
    request,
    ...options,
    answer: (asked, context, provided) =>
      answer(asked as z.output<Asked>, context, provided as Provided<Settings, Opened>),
    invalid,
  }
}
