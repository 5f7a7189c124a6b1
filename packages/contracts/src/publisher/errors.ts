import type { ServerReply } from './server-reply.ts'

/** No stream stores this subject: the streams were not made yet, or the connection is to another account or domain. */
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

/** The servers are choosing which of them leads the stream, and have not come to an end in time. Nothing was stored. */
export class NoLeaderError extends Error {
  override readonly name = 'NoLeaderError'
  readonly code = 'no-leader'

  constructor(subject: string, timeout: number, options?: ErrorOptions) {
    super(
      `nobody stored "${subject}" within ${timeout} ms: its stream has no leader. Try again; check that most servers of the cluster run`,
      options,
    )
  }
}

/** The server cannot do what the streams need: delayed jobs by schedule need nats-server 2.14 or newer. */
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

/** The message with its headers is larger than the server takes. Send an id and store the rest elsewhere. */
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
 * No answer in time. The message may be stored or not: publish it again with the same id, and the server keeps one.
 */
export class PublishTimeoutError extends Error {
  override readonly name = 'PublishTimeoutError'
  readonly code = 'publish-timeout'

  constructor(subject: string, timeout: number, options?: ErrorOptions) {
    super(`no answer about "${subject}" within ${timeout} ms: try again with the same id`, options)
  }
}

/** No service answers this request at the moment: start the service that does. */
export class NoResponderError extends Error {
  override readonly name = 'NoResponderError'
  readonly code = 'no-responder'

  constructor(subject: string, options?: ErrorOptions) {
    super(`no service answers "${subject}": start the one that does`, options)
  }
}

/** The server refused the message for a reason that publishing again does not change. */
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
