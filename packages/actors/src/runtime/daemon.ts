import type { ConsumerDeclaration } from '../transport/provision.ts'
import type { Runtime } from './runtime.ts'

/** Something that runs as long as its process: a relay, a writer of history. */
export interface DaemonDefinition {
  readonly kind: 'daemon'
  readonly name: string
  readonly title: string
  /** Durable consumers that it needs. */
  readonly consumers?: readonly { readonly stream: string; readonly consumer: ConsumerDeclaration }[]
  /** `sql`: for statements only; a process in which nothing needs more does without MikroORM and its 20 MB. */
  readonly usesDatabase: boolean | 'sql'
  readonly start: (runtime: Runtime) => Promise<Daemon>
}

/** A daemon that runs. */
export interface Daemon {
  /** Called about once a second. */
  tick?(): void
  /** Called after the connection to NATS was lost and found again. */
  reconnect?(): void
  /** Finishes what it is at and ends. */
  stop(): Promise<void>
  /** Numbers for operators, which cost nothing to tell. */
  stats?(): Record<string, number>
  /** Numbers that have to be asked for, as from the database: at most every few seconds, for the metrics. */
  measure?(): Promise<Record<string, number>>
}

/** Declares a daemon. */
export function daemon(definition: Omit<DaemonDefinition, 'kind'>): DaemonDefinition {
  return { kind: 'daemon', ...definition }
}
