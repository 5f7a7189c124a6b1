import type { z } from 'zod'

/** An event type: something that happened. Made with {@link defineEvent}. */
export interface EventType<Schema extends z.ZodType = z.ZodType> {
  /** The subject for one event; events of one type may differ in their last tokens. */
  readonly subject: (payload: z.output<Schema>) => string
  /** The subject, with wildcards, of all events of this type. */
  readonly filter: string
  readonly title: string
  readonly payload: Schema
}

/** Declares an event type. */
export function defineEvent<Schema extends z.ZodType>(declaration: EventType<Schema>): EventType<Schema> {
  return declaration
}
