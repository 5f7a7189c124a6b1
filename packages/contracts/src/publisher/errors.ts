/** No stream stores this subject: the streams were not made yet, or the connection is to another account or domain. */
export class NoStreamOwnsSubject extends Error {
  override readonly name = 'NoStreamOwnsSubject'
  readonly code = 'NO_STREAM_OWNS_SUBJECT'
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
export class StreamWithoutLeader extends Error {
  override readonly name = 'StreamWithoutLeader'
  readonly code = 'STREAM_WITHOUT_LEADER'

  constructor(subject: string, timeout: number, options?: ErrorOptions) {
    super(
      `nobody stored "${subject}" within ${timeout} ms: its stream has no leader. Try again; check that most servers of the cluster run`,
      options,
    )
  }
}

/** The server cannot do what the streams need: delayed jobs by schedule need nats-server 2.14 or newer. */
export class ServerTooOld extends Error {
  override readonly name = 'ServerTooOld'
  readonly code = 'SERVER_TOO_OLD'
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
export class PayloadTooLarge extends Error {
  override readonly name = 'PayloadTooLarge'
  readonly code = 'PAYLOAD_TOO_LARGE'
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
export class PublishTimedOut extends Error {
  override readonly name = 'PublishTimedOut'
  readonly code = 'PUBLISH_TIMED_OUT'

  constructor(subject: string, timeout: number, options?: ErrorOptions) {
    super(`no answer about "${subject}" within ${timeout} ms: try again with the same id`, options)
  }
}

/** No service answers this request at the moment: start the service that does. */
export class NoResponder extends Error {
  override readonly name = 'NoResponder'
  readonly code = 'NO_RESPONDER'

  constructor(subject: string, options?: ErrorOptions) {
    super(`no service answers "${subject}": start the one that does`, options)
  }
}

/** The server refused the message for a reason that publishing again does not change. */
export class PublishRefused extends Error {
  override readonly name = 'PublishRefused'
  readonly code = 'PUBLISH_REFUSED'
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
