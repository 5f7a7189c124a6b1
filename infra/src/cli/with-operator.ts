import { userInfo } from 'node:os'
import { Operator, OperatorBatches, OperatorLifecycles } from '@danbooru-jobs/actors/operate'
import { type Database, systemClock } from '@danbooru-jobs/actors/program'
import { jobTypes } from '@danbooru-jobs/contracts/danbooru'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { withDatabase, withNats } from './connections.ts'

const declaredTypes = jobTypes.map((type) => type.name)

/**
 * Works as an operator on NATS and the database, and closes both.
 *
 * @throws {ExpectedError} when one of them cannot be reached
 */
export function withOperator<Result>(
  work: (operator: Operator, database: Database) => Promise<Result>,
): Promise<Result> {
  return withDatabase((database) =>
    withNats(async (nats) =>
      work(
        new Operator({
          nats,
          js: jetstream(nats),
          jsm: await jetstreamManager(nats),
          database,
          clock: systemClock,
          by: operatorName(),
          declaredTypes,
        }),
        database,
      ),
    ),
  )
}

/** Works on the lifecycles, which needs the database only. */
export function withLifecycles<Result>(
  work: (lifecycles: OperatorLifecycles) => Promise<Result>,
): Promise<Result> {
  return withDatabase((database) =>
    work(new OperatorLifecycles({ database, clock: systemClock, by: operatorName() })),
  )
}

/** Looks at the batches, which needs the database only. */
export function withBatches<Result>(work: (batches: OperatorBatches) => Promise<Result>): Promise<Result> {
  return withDatabase((database) => work(new OperatorBatches({ database })))
}

/** Who acts, as the audit records it. */
function operatorName(): string {
  return `cli:${userInfo().username}`
}
