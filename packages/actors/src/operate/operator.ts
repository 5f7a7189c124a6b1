import { Audit } from './audit.ts'
import type { OperatorConnections } from './connections.ts'
import { OperatorBatches } from './operator-batches.ts'
import { OperatorJobs } from './operator-jobs.ts'
import { OperatorLifecycles } from './operator-lifecycles.ts'
import { OperatorQueues } from './operator-queues.ts'
import { OperatorSchedules } from './operator-schedules.ts'
import { type RunningService, runningServices } from './running-services.ts'
import { type LimitUse, limitUse, type WaitingFilter, type WaitingJob, waitingJobs } from './waiting-jobs.ts'

/**
 * Everything that an operator looks at and does, for a command line or a dashboard. It gives data and no text; a name that does not
 * exist is an error of its own class. Every action is recorded with who took it: in the same transaction where it is in the database.
 */
export class Operator {
  readonly queues: OperatorQueues
  readonly jobs: OperatorJobs
  readonly lifecycles: OperatorLifecycles
  readonly schedules: OperatorSchedules
  readonly batches: OperatorBatches
  readonly audit: Audit
  readonly #connections: OperatorConnections

  constructor(connections: OperatorConnections) {
    this.#connections = connections
    this.audit = new Audit(connections)
    this.queues = new OperatorQueues(connections)
    this.jobs = new OperatorJobs(connections)
    this.lifecycles = new OperatorLifecycles(connections)
    this.schedules = new OperatorSchedules(connections)
    this.batches = new OperatorBatches(connections)
  }

  /** The same for another user: a dashboard has one operator for each. */
  as(by: string): Operator {
    return new Operator({ ...this.#connections, by })
  }

  /** The jobs that may not start, and what they wait for, longest first. */
  waiting(filter?: WaitingFilter): Promise<WaitingJob[]> {
    return waitingJobs(this.#connections.database.run, filter)
  }

  /** How full the limits are, the fullest first. Default 100. */
  limits(most?: number): Promise<LimitUse[]> {
    return limitUse(this.#connections.database.run, most)
  }

  /** Every service that runs, in whatever process. */
  services(): Promise<RunningService[]> {
    return runningServices(this.#connections.nats)
  }
}
