import type { ServerReply } from './server-reply.ts'

/**
 * Cause: no stream stores this subject, because the streams were not made yet or the connection is to another account or domain.
 * Cure: start the services once (they make the streams), or check the NATS account. Nothing was stored.
 */
export class NoStreamError extends Error {
  override readonly name = 'NoStreamError'
  readonly code = 'no-stream'
  readonly subject: string

  constructor(subject: string, options?: ErrorOptions) {
    super(
      `no stream stores "${subject}". Start the services once (they make the streams), or check the NATS account`,
      options,
    )
    this.subject = subject
  }
}

/**
 * Cause: the stream had no leader for as long as the timeout, because servers of the cluster are down or still elect one.
 * Cure: try again; check that most servers of the cluster run. Nothing was stored.
 */
export class NoLeaderError extends Error {
  override readonly name = 'NoLeaderError'
  readonly code = 'no-leader'

  constructor(subject: string, timeout: number, options?: ErrorOptions) {
    super(
      `"${subject}" was not stored within ${timeout} ms: its stream has no leader. Try again; check that most servers of the cluster run`,
      options,
    )
  }
}

/**
 * Cause: the server lacks message schedules and atomic batches, which came with nats-server 2.14.
 * Cure: install nats-server 2.14 or newer.
 */
export class ServerTooOldError extends Error {
  override readonly name = 'ServerTooOldError'
  readonly code = 'server-too-old'
  readonly version: string

  constructor(version: string, options?: ErrorOptions) {
    super(
      `nats-server ${version} is too old: install 2.14 or newer (message schedules, atomic batches)`,
      options,
    )
    this.version = version
  }
}

/**
 * Cause: the message with its headers is larger than the server's `max_payload`.
 * Cure: store the data elsewhere and send its id. Nothing was stored.
 */
export class PayloadTooLargeError extends Error {
  override readonly name = 'PayloadTooLargeError'
  readonly code = 'payload-too-large'
  readonly bytes: number
  readonly limit: number

  constructor(subject: string, bytes: number, limit: number, options?: ErrorOptions) {
    super(
      `the message to "${subject}" has ${bytes} bytes, the server takes ${limit}: send ids instead of data`,
      options,
    )
    this.bytes = bytes
    this.limit = limit
  }
}

/**
 * Cause: the server did not answer in time. The message may be stored or not.
 * Cure: publish it again with the same id; within the duplicate window the server stores it once.
 */
export class PublishTimeoutError extends Error {
  override readonly name = 'PublishTimeoutError'
  readonly code = 'publish-timeout'

  constructor(subject: string, timeout: number, options?: ErrorOptions) {
    super(`no answer about "${subject}" within ${timeout} ms: try again with the same id`, options)
  }
}

/**
 * Cause: no running service answers this request.
 * Cure: start the service that does.
 */
export class NoResponderError extends Error {
  override readonly name = 'NoResponderError'
  readonly code = 'no-responder'

  constructor(subject: string, options?: ErrorOptions) {
    super(`no service answers "${subject}": start the one that does`, options)
  }
}

/**
 * Cause: the server refused the message, for a reason that publishing again does not change; see `serverCode` and the message.
 * Cure: check that the stream is configured as declared; starting a service repairs streams that danbooru-jobs owns.
 */
export class PublishRefusedError extends Error {
  override readonly name = 'PublishRefusedError'
  readonly code = 'publish-refused'
  /** The server's own error code (`err_code`). */
  readonly serverCode: number

  constructor(subject: string, serverCode: number, description: string, options?: ErrorOptions) {
    super(
      `the server refused "${subject}": ${description} (${serverCode}). Check that the stream is as declared`,
      options,
    )
    this.serverCode = serverCode
  }
}

/** The error for an answer that is none of the expected ones. */
export function refusal(subject: string, reply: ServerReply): PublishRefusedError {
  return reply.kind === 'error'
    ? new PublishRefusedError(subject, reply.code, reply.description)
    : new PublishRefusedError(subject, 0, 'unexpected answer')
}
