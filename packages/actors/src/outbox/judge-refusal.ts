/** What an error of a publish means for a row of the outbox. */
export type Judged =
  | { readonly kind: 'stored' }
  | { readonly kind: 'later' }
  | { readonly kind: 'refused'; readonly reason: string }

/** JetStream API error codes of a publish that no repetition mends; see `errors.json` of the NATS server. */
const unmendable: ReadonlyMap<number, string> = new Map([
  [10189, 'the schedule is not valid'],
  [10190, "the schedule's target is not valid"],
  [10203, "the schedule's source is not valid"],
  [10223, "the schedule's time zone is not known"],
  [10054, 'the message is larger than the stream allows'],
  [10165, 'the message TTL is not valid'],
])

/** An expectation about the last sequence failed: such a job is queued already, which is what its publisher wanted. */
const wrongLastSequence = new Set([10071, 10164])

/**
 * Decides whether a row is done with, can be tried again, or must be set aside so that the rows behind it go on.
 *
 * @param code error code of the JetStream API, if the server has answered.
 */
export function judgeRefusal(code: number | undefined, error: unknown): Judged {
  if (code !== undefined && wrongLastSequence.has(code)) return { kind: 'stored' }
  const reason = code === undefined ? undefined : unmendable.get(code)
  if (reason !== undefined) return { kind: 'refused', reason: `${reason} (${code})` }
  if (error instanceof Error && error.name === 'JetStreamNotEnabled') {
    return { kind: 'refused', reason: 'no stream owns the subject' }
  }
  if (error instanceof RangeError || /max.?payload|bad subject/i.test(String(error))) {
    return { kind: 'refused', reason: String(error) }
  }
  return { kind: 'later' }
}
