import { natsHeader } from './headers.ts'

/** A message ready to be published, by the publisher now, or by the outbox relay later. */
export interface OutgoingMessage {
  readonly subject: string
  readonly headers: Readonly<Record<string, string>>
  /** JSON text. */
  readonly body: string
}

/** The headers that make a message a schedule which fires once, at `at`, into `target`. */
export function scheduleHeaders(at: Date, target: string): Record<string, string> {
  return { [natsHeader.schedule]: `@at ${at.toISOString()}`, [natsHeader.scheduleTarget]: target }
}
