import { parseArgs } from 'node:util'
import { defineSchedule } from '@danbooru-jobs/actors'
import { defineJob } from '@danbooru-jobs/contracts'
import { z } from 'zod'
import { ExpectedError } from '../expected-error.ts'

/** What a new job type is to have. */
export interface JobPlan {
  /** In kebab-case. */
  readonly name: string
  readonly title: string
  readonly isUnique: boolean
  /** How many jobs of one key may run at once. */
  readonly limit: number | undefined
  /** Six fields, the first of them seconds. */
  readonly schedule: string | undefined
  /** An environment variable. */
  readonly setting: string | undefined
  /** The name of something that is opened at start. */
  readonly resource: string | undefined
  /** Whether the handler works on the tables of the image board. */
  readonly usesDatabase: boolean
}

export const usage = `npm run new-job -- <name> [options]

  <name>                two words or more in kebab-case, for example refresh-feed
  --title <text>        one sentence for operators
  --unique              at most one job of a key is queued or runs
  --limit <number>      at most so many jobs of a key run at once
  --schedule <cron>     enqueued by a schedule: second, minute, hour, day of month, month, day of week
  --setting <NAME>      the worker has a setting
  --resource <name>     the worker has a resource, which is opened at start
  --database            the worker uses the tables of the image board`

/**
 * Reads the command line of the generator.
 *
 * @throws {ExpectedError} when an argument is missing or wrong
 */
export function planOf(args: readonly string[]): JobPlan {
  const { values, positionals } = parse(args)
  const [name, ...more] = positionals
  if (name === undefined || more.length > 0) throw new ExpectedError(`One name is needed.\n\n${usage}`)
  const {
    title = titleOf(name),
    unique = false,
    limit,
    schedule,
    setting,
    resource,
    database = false,
  } = values
  requireName(name)
  if (schedule !== undefined) requireCron(schedule)
  if (setting !== undefined) requirePattern('--setting', setting, /^[A-Z][A-Z0-9_]*$/, 'FEED_TIMEOUT')
  if (resource !== undefined) requirePattern('--resource', resource, /^[a-z][a-zA-Z0-9]*$/, 'folder')
  return {
    name,
    title,
    isUnique: unique,
    limit: limit === undefined ? undefined : limitOf(limit),
    schedule,
    setting,
    resource,
    usesDatabase: database,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        title: { type: 'string' },
        unique: { type: 'boolean' },
        limit: { type: 'string' },
        schedule: { type: 'string' },
        setting: { type: 'string' },
        resource: { type: 'string' },
        database: { type: 'boolean' },
      },
    })
  } catch (error) {
    throw new ExpectedError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
  }
}

/** `refresh-feed` as an identifier: `refreshFeed`. */
export function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

/** `refresh-feed` as a sentence: `Refresh feed`. */
function titleOf(name: string): string {
  const words = name.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The names of the functions that a new service imports. */
const imported: ReadonlySet<string> = new Set(['defineSchedule', 'defineJob', 'makeJobBed', 'jobTypes'])

function requireName(name: string): void {
  const isName = /^[a-z][a-z0-9]*(-[a-z0-9]+)+$/.test(name)
  if (!isName || imported.has(camelCase(name))) {
    throw new ExpectedError(`A job type is named in kebab-case, with two words or more, not "${name}".`)
  }
}

function limitOf(text: string): number {
  const limit = Number(text)
  if (/^\d+$/.test(text) && limit >= 1 && limit <= 100_000) return limit
  throw new ExpectedError(`--limit must be a whole number from 1 to 100000, not "${text}".`)
}

function requirePattern(option: string, text: string, pattern: RegExp, example: string): void {
  if (!pattern.test(text)) throw new ExpectedError(`${option} is written like ${example}, not "${text}".`)
}

/** The schedule is checked by the code that will run it. */
function requireCron(cron: string): void {
  const job = defineJob({ name: 'any', title: 'Any', payload: z.object({}) })
  try {
    defineSchedule({ job, payload: {}, cron })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ExpectedError(`--schedule "${cron}": ${reason}`)
  }
}
