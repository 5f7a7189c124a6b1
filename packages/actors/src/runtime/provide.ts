import type { Logger } from 'pino'
import type { Clock } from '../environment/environment.ts'
import type { AllSettings } from '../settings/read-settings.ts'
import type { SettingsSchema } from '../settings/settings-schema.ts'
import type { Needs, Provided, Resource } from './resource.ts'

/** What opening resources may use. */
export interface ProvideContext {
  /** The settings of all services and their resources. */
  readonly settings: AllSettings
  readonly log: Logger
  readonly clock: Clock
}

/** Settings and open resources for the services of a process. */
export interface Provisions {
  /** The part of one service. */
  for(needs: Needs): Provided
  /** Closes the resources, the last opened first. One that cannot be closed is logged. */
  close(): Promise<void>
}

/** The schemas of all settings that services and their resources declare. */
export function schemasOf(all: readonly Needs[]): readonly SettingsSchema[] {
  return [...all, ...resourcesOf(all)].flatMap(({ settings }) => settings ?? [])
}

/**
 * Opens the resources of all services, each once.
 *
 * @throws Error naming the resource that cannot be opened; those opened before are closed.
 */
export async function provide(all: readonly Needs[], context: ProvideContext): Promise<Provisions> {
  const { settings, log, clock } = context
  const opened = new Map<Resource, unknown>()
  const close = async () => {
    for (const [one, value] of [...opened].reverse()) {
      await one.close(value).catch((error) => {
        log.error({ err: error, resource: one.name }, 'a resource could not be closed')
      })
    }
    opened.clear()
  }
  const valuesOf = (schema: SettingsSchema | undefined) => (schema ? settings.of(schema) : {})
  for (const one of resourcesOf(all)) {
    try {
      opened.set(one, await one.open({ log, clock, settings: valuesOf(one.settings) }))
    } catch (error) {
      await close()
      const reason = error instanceof Error ? error.message : String(error)
      throw new Error(`the resource ${one.name} could not be opened: ${reason}`, { cause: error })
    }
  }
  return {
    for: (needs) => ({
      settings: valuesOf(needs.settings),
      resources: Object.fromEntries(
        Object.entries(needs.resources ?? {}).map(([name, one]) => [name, opened.get(one)]),
      ) as Provided['resources'],
    }),
    close,
  }
}

function resourcesOf(all: readonly Needs[]): ReadonlySet<Resource> {
  return new Set(all.flatMap((needs) => Object.values(needs.resources ?? {})))
}
