import type { Limits } from '../admission/limit-store.ts'
import type { LeaseBoard } from '../lease/lease-board.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { Slots } from './slots.ts'

/** What a process lends to its workers. */
export interface WorkerRuntime extends Runtime {
  readonly leases: LeaseBoard
  readonly slots: Slots
  /** Where the limits are kept. @throws Error if the process has no database for them. */
  limits(): Limits
}
