import type { z } from 'zod'
import type { SettingsSchema } from '../settings/settings-schema.ts'
import type { ConsumerDeclaration } from '../transport/provision.ts'
import type { HttpRoute } from './http-route.ts'
import type { Needs, Provided, Resources } from './resource.ts'
import type { Runtime } from './runtime.ts'

/** What a daemon may use of its process: its connections, its log, and time, chance and ids. */
export type DaemonContext = Runtime

/** Something that runs as long as its process: a relay, a scheduler, a writer of history. Started by `runServices`. */
export interface DaemonDefinition extends Needs {
  readonly kind: 'daemon'
  readonly name: string
  readonly title: string
  /** Durable consumers that it needs. */
  readonly consumers?: readonly { readonly stream: string; readonly consumer: ConsumerDeclaration }[]
  /** `sql`: for statements only; a process in which nothing needs more does without MikroORM and its 20 MB. */
  readonly usesDatabase: boolean | 'sql'
  readonly start: (context: DaemonContext, provided: Provided) => Promise<Daemon>
}

/** A daemon that runs. */
export interface Daemon {
  /** What it answers on the HTTP port of the process. */
  readonly routes?: readonly HttpRoute[]
  /** Called about once a second. */
  tick?(): void
  /** Called after the connection to NATS was lost and restored. */
  reconnect?(): void
  /** Finishes its current work and ends. */
  stop(): Promise<void>
  /** Numbers for operators that are known without asking. */
  stats?(): Record<string, number>
  /** Numbers that have to be asked for, for example from the database: for the metrics, at most every few seconds. */
  measure?(): Promise<Record<string, number>>
}

/** What is written to declare a daemon. */
export interface DaemonDeclaration<Settings extends SettingsSchema, Opened extends Resources>
  extends Omit<DaemonDefinition, 'kind' | 'settings' | 'resources' | 'start'> {
  readonly settings?: Settings
  readonly resources?: Opened
  readonly start: (context: DaemonContext, provided: Provided<Settings, Opened>) => Promise<Daemon>
}

/** Declares a daemon. */
export function daemon<Settings extends SettingsSchema = z.ZodObject, Opened extends Resources = Resources>(
  declaration: DaemonDeclaration<Settings, Opened>,
): DaemonDefinition {
  return {
    ...declaration,
    kind: 'daemon',
    start: (context, provided) => declaration.start(context, provided as Provided<Settings, Opened>),
  }
}
