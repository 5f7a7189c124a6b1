import { isLiteralSubject } from './subject-token.ts'

/** Characters of a header name (RFC 9110, "token"), which is what NATS clients accept. */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/** Why a line cannot be a header: it has no name, or one that NATS clients refuse; undefined if it can. */
export function headerLineProblem(line: string): string | undefined {
  const colon = line.indexOf(':')
  if (colon <= 0) return `the header line "${shorten(line)}" has no name`
  return headerNameProblem(line.slice(0, colon))
}

/** Why a text cannot be the name of a header; undefined if it can. */
export function headerNameProblem(name: string): string | undefined {
  return token.test(name) ? undefined : `"${shorten(name)}" is not a header name: use letters, digits and -`
}

/** Subjects of the NATS server (`$JS.API.…`, `$SYS.…`) and of its clients (`_INBOX.…`). */
const reserved = /^[$_]/
/** What the services say among themselves: a forged message would be taken for one of theirs. */
const internal = /^(jobs|schedules|job-log|job-control|lifecycle-timers|cron|ticks|batches)\./

/**
 * Why the end of a job cannot be reported to a subject; undefined if it can. A worker may publish where the publisher of a job may
 * not: `Job-Notify: $JS.API.STREAM.DELETE.JOBS` would have it delete the stream. Lifecycles and subjects of other programs are allowed.
 */
export function receiverProblem(subject: string): string | undefined {
  if (!isLiteralSubject(subject)) return `"${shorten(subject)}" is not a subject without wildcards and spaces`
  if (reserved.test(subject)) return `"${shorten(subject)}" belongs to the NATS server`
  if (internal.test(subject)) return `"${shorten(subject)}" is a subject of the services themselves`
  return undefined
}

/** Whether a subject is one that a program may publish on for another: literal, and not the NATS server's own. */
export function isPublishable(subject: string): boolean {
  return isLiteralSubject(subject) && !reserved.test(subject)
}

/**
 * Cause: the subject is empty, has wildcards or blanks or begins with `$` or `_`, or a header has a name that is not a token (RFC 9110) or a value that is
 * not one line of text. Cure: change what the message names. Nothing was stored.
 */
export class MessageInvalidError extends TypeError {
  override readonly name = 'MessageInvalidError'
  readonly code = 'message-invalid'
}

/**
 * Checks a message that another program wrote, into the outbox for example. A server takes `jobs.*` as a subject like any other:
 * the message would be stored where no consumer looks. And nothing is published on the server's own subjects for another program.
 *
 * @throws MessageInvalidError
 */
export function checkMessage({
  subject,
  headers,
}: {
  readonly subject: string
  readonly headers: Readonly<Record<string, unknown>>
}): void {
  if (!isPublishable(subject))
    throw new MessageInvalidError(`"${shorten(subject)}" is not a subject to publish on`)
  for (const [name, value] of Object.entries(headers)) {
    const problem = headerNameProblem(name)
    if (problem !== undefined) throw new MessageInvalidError(problem)
    checkHeaderValue(name, value)
  }
}

/**
 * @param value from a database or a caller without types, so it may be no text at all.
 * @throws MessageInvalidError for a value of several lines, which would be read as several headers, or with half of a character.
 */
export function checkHeaderValue(name: string, value: unknown): asserts value is string {
  if (typeof value !== 'string' || /[\r\n\0]/.test(value) || !value.isWellFormed())
    throw new MessageInvalidError(`the header "${shorten(name)}" must be one line of text`)
}

function shorten(text: string): string {
  return text.length > 50 ? `${text.slice(0, 49)}…` : text
}
