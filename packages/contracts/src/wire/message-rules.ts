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

/**
 * Cause: the subject is empty or has wildcards or blanks, or a header has a name that is not a token (RFC 9110) or a value that is
 * not one line of text. Cure: change what the message names. Nothing was stored.
 */
export class MessageInvalidError extends TypeError {
  override readonly name = 'MessageInvalidError'
  readonly code = 'message-invalid'
}

/**
 * Checks a message that another program wrote, into the outbox for example. A server takes `jobs.*` as a subject like any other:
 * the message would be stored where no consumer looks.
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
  if (!isLiteralSubject(subject))
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
