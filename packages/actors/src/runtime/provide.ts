import type { Logger } from 'pino'
import type { Clock } from '../environment/environment.ts'
import { type Environment, readSettings, SettingError } from '../settings/read-settings.ts'
import type { SettingsSchema } from '../settings/settings-schema.ts'
import type { Needs, Provided, Resource } from './resource.ts'

/** What providing for services may use. */
export interface ProvideContext {
  readonly env: Environment
  readonly log: Logger
  readonly clock: Clock
}

/** The needs of the services of a process, met. */
export interface Provisions {
  /** What a service gets. */
  for(needs: Needs): Provided
  /** Closes the resources, the last opened first. */
  close(): Promise<void>
}

/**
 * Reads the settings of all services and their resources, and opens the resources, each once.
 *
 * @throws SettingError with one line for each setting that is wrong, before anything is opened.
 * @throws Error naming the resource that cannot be opened; those opened before are closed.
 */
export async function provide(all: readonly Needs[], context: ProvideContext): Promise<Provisions> {
  const resources = new Set(all.flatMap((needs) => Object.values(needs.resources ?? {})))
  const settings = readAll(
    [...all, ...resources].map((one) => one.settings),
    context.env,
  )
  const opened = new Map<Resource, unknown>()
  const close = async () => {
    for (const [one, value] of [...opened].reverse()) {
      await one.close(value).catch((error) => {
        context.log.error({ err: error, resource: one.name }, 'a resource could not be closed')
      })
    }
    opened.clear()
  }
  for (const one of resources) {
    try {
      opened.set(one, await one.open({ ...context, settings: settingsOf(one.settings, settings) }))
    } catch (error) {
      await close()
      const reason = error instanceof Error ? error.message : String(error)
      throw new Error(`the resource ${one.name} could not be opened: ${reason}`, { cause: error })
    }
  }
  return {
    for: (needs) => ({
      settings: settingsOf(needs.settings, settings),
      resources: Object.fromEntries(
        Object.entries(needs.resources ?? {}).map(([name, one]) => [name, opened.get(one)]),
      ) as Provided['resources'],
    }),
    close,
  }
}

type Read = ReadonlyMap<SettingsSchema, Provided['settings']>

/** All problems at once: a service is started once for each otherwise. */
function readAll(schemas: readonly (SettingsSchema | undefined)[], env: Environment): Read {
  const read = new Map<SettingsSchema, Provided['settings']>()
  const problems = new Set<string>()
  for (const schema of schemas) {
    if (schema === undefined || read.has(schema)) continue
    try {
      read.set(schema, readSettings(schema, env))
    } catch (error) {
      if (!(error instanceof SettingError)) throw error
      for (const line of error.message.split('\n')) problems.add(line)
    }
  }
  if (problems.size > 0) throw new SettingError([...problems])
  return read
}

function settingsOf(schema: SettingsSchema | undefined, read: Read): Provided['settings'] {
  return (schema && read.get(schema)) ?? {}
}
