import type { z } from 'zod'

/** One thing that is wrong with a payload. */
export interface PayloadIssue {
  /** Where it is: field names joined by dots, empty for the payload as a whole. */
  readonly path: string
  /** What was expected there. Never the value itself: payloads may hold secrets. */
  readonly problem: string
}

/**
 * Cause: the payload does not fit the schema of its type.
 * Cure: correct the fields that the message names. Nothing was published, and publishing the same payload again fails again.
 *
 * The message names the message type and each field: `delete-user: userId: expected number, received string`.
 */
export class PayloadInvalidError extends Error {
  override readonly name = 'PayloadInvalidError'
  readonly code = 'payload-invalid'
  readonly issues: readonly PayloadIssue[]

  constructor(type: string, issues: readonly PayloadIssue[], options?: ErrorOptions) {
    super(`${type}: ${describeIssues(issues)}`, options)
    this.issues = issues
  }
}

/**
 * The payload with defaults filled in and unknown fields dropped.
 *
 * @throws PayloadInvalidError naming each field that does not fit.
 */
export function parsePayload<Schema extends z.ZodType>(
  type: string,
  schema: Schema,
  payload: unknown,
): z.output<Schema> {
  const result = schema.safeParse(payload)
  if (result.success) return result.data
  throw new PayloadInvalidError(type, payloadIssues(result.error))
}

/** A schema's complaints in our own form. */
export function payloadIssues(error: z.ZodError): readonly PayloadIssue[] {
  return error.issues.map(({ path, message }) => ({
    path: path.map(String).join('.'),
    problem: message.replace(/^Invalid input: /, ''),
  }))
}

/** At most three issues as one line of text, each `path: problem`. */
export function describeIssues(issues: readonly PayloadIssue[]): string {
  const shown = issues
    .slice(0, 3)
    .map(({ path, problem }) => (path === '' ? problem : `${path}: ${problem}`))
    .map((text) => (text.length > 200 ? `${text.slice(0, 199)}…` : text))
  const more = issues.length - shown.length
  return shown.join('; ') + (more > 0 ? `; and ${more} more` : '')
}
