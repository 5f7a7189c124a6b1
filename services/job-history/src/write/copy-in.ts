import type pg from 'pg'

/** What of `pg`'s connection a copy needs (`pg/lib/connection.js`); its types leave these out. */
interface CopyConnection {
  query(text: string): void
  sendCopyFromChunk(chunk: Uint8Array): void
  endCopyFrom(): void
}

/**
 * Sends rows to PostgreSQL with `COPY … FROM STDIN`: the server neither parses nor plans, and stores many rows at a time.
 *
 * @param target table and columns, `jobs.history (job_id, type)`
 * @param rows what `COPY` in its binary format is made of, see {@link BinaryRows}
 */
export async function copyIn(client: pg.Client, target: string, rows: Uint8Array): Promise<void> {
  const copy = new Copy(`copy ${target} from stdin (format binary)`, rows)
  client.query(copy)
  await copy.done
}

/** A statement as `pg` carries it out: the client calls one method for each kind of answer that the server gives. */
class Copy implements pg.Submittable {
  readonly done: Promise<void>
  readonly #text: string
  readonly #rows: Uint8Array
  readonly #outcome = Promise.withResolvers<void>()

  constructor(text: string, rows: Uint8Array) {
    this.#text = text
    this.#rows = rows
    this.done = this.#outcome.promise
  }

  submit(connection: pg.Connection): void {
    connectionOf(connection).query(this.#text)
  }

  handleCopyInResponse(connection: pg.Connection): void {
    const copying = connectionOf(connection)
    copying.sendCopyFromChunk(this.#rows)
    copying.endCopyFrom()
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#outcome.resolve()
  }

  handleError(error: Error): void {
    this.#outcome.reject(error)
  }
}

function connectionOf(connection: pg.Connection): CopyConnection {
  return connection as pg.Connection & CopyConnection
}
