import type { Logger } from 'pino'
import type { z } from 'zod'
import type { Clock } from '../environment/environment.ts'
import type { SettingsSchema } from '../settings/settings-schema.ts'

/** What opening a resource may use. */
export interface ResourceContext<Settings = unknown> {
  readonly settings: Settings
  readonly log: Logger
  readonly clock: Clock
}

/**
 * Something that a service opens before its first job and closes after its last: a pool of SMTP connections, an HTTP agent, a
 * temporary folder. Services of one process that name the same resource share it.
 */
export interface Resource<Value = unknown> {
  readonly kind: 'resource'
  readonly name: string
  readonly settings: SettingsSchema | undefined
  readonly open: (context: ResourceContext) => Promise<unknown>
  readonly close: (value: unknown) => Promise<void>
  /** Only a type: what `open` returns. */
  readonly value?: Value
}

/** What is written to declare a resource. */
export interface ResourceDeclaration<Value, Settings extends SettingsSchema> {
  /** Shown in errors. */
  readonly name: string
  readonly settings?: Settings
  /** Opens it when the service starts; an error stops the start. */
  readonly open: (context: ResourceContext<z.output<Settings>>) => Promise<Value> | Value
  /** Closes it when no job runs any more. */
  readonly close?: (value: Value) => Promise<void> | void
}

/** Declares a resource. */
export function resource<Value, Settings extends SettingsSchema = SettingsSchema>(
  declaration: ResourceDeclaration<Value, Settings>,
): Resource<Value> {
  const { name, settings, open, close } = declaration
  return {
    kind: 'resource',
    name,
    settings,
    open: async (context) => open(context as ResourceContext<z.output<Settings>>),
    close: async (value) => close?.(value as Value),
  }
}

/** Resources by the names that a service gives them. */
export type Resources = Readonly<Record<string, Resource>>

/** What a service needs besides its process: settings and resources. */
export interface Needs {
  readonly settings?: SettingsSchema
  readonly resources?: Resources
}

/** What a service gets for its needs: the settings, read and checked, and the resources, open. */
export interface Provided<
  Settings extends SettingsSchema = SettingsSchema,
  Opened extends Resources = Resources,
> {
  readonly settings: z.output<Settings>
  readonly resources: {
    readonly [Name in keyof Opened]: Opened[Name] extends Resource<infer Value> ? Value : never
  }
}
