import type { Duration } from '@danbooru-jobs/contracts'
import { milliseconds } from '@danbooru-jobs/contracts/wire'
import { z } from 'zod'

/**
 * The settings of a service: a zod object whose keys are environment variables, as
 * `z.object({ FEED_TIMEOUT_SECONDS: z.coerce.number().default(10).describe('How long a feed may take') })`.
 *
 * A variable that is not set, or empty, is undefined: give it a default, make it optional, or it is required. The description is
 * what operators read.
 */
export type SettingsSchema = z.ZodObject

/**
 * Marks a setting as a secret: its value is never shown and never part of an error. Every setting can be read from a file that
 * `<NAME>_FILE` names; for a secret that is the better way.
 */
export function secret<Schema extends z.ZodType>(schema: Schema): Schema {
  return schema.meta({ ...schema.meta(), secret: true })
}

/**
 * A whole number as an environment variable says it.
 *
 * @param least the smallest that is allowed.
 * @param most the largest that is allowed.
 */
export function wholeNumber(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`
  return z
    .string()
    .regex(/^-?\d+$/, { error })
    .transform(Number)
    .pipe(z.number().min(least, { error }).max(most, { error }))
}

/** A duration as an environment variable says it: `500ms`, `30s`, `15m`, `2h`, `7d`, or `0`. */
export function durationText() {
  return z.string().transform((text, context): Duration => {
    const duration = (/^\d+$/.test(text) ? Number(text) : text) as Duration
    try {
      milliseconds(duration)
    } catch {
      context.addIssue({ code: 'custom', message: 'must be a duration such as 30s, 15m or 2h' })
    }
    return duration
  })
}

/** What a schema says about one setting. */
export interface SettingDeclaration {
  /** The environment variable. */
  readonly name: string
  readonly description: string
  /** The value without the variable, as text; undefined if there is none. */
  readonly fallback: string | undefined
  readonly isRequired: boolean
  readonly isSecret: boolean
  readonly schema: z.ZodType
}

/** The settings that a schema declares, in its order. */
export function declarationsOf(settings: SettingsSchema): readonly SettingDeclaration[] {
  return Object.entries(settings.shape).map(([name, declared]) => {
    const schema = declared as z.ZodType
    const fallback = schema.safeParse(undefined)
    return {
      name,
      description: described(schema),
      fallback: fallback.success && fallback.data !== undefined ? String(fallback.data) : undefined,
      isRequired: !fallback.success,
      isSecret: isSecret(schema),
      schema,
    }
  })
}

/** `.optional()` and `.default()` wrap a schema; what was said about it is inside. */
function inner(schema: z.ZodType): z.ZodType | undefined {
  const wrapped = 'unwrap' in schema && typeof schema.unwrap === 'function' ? schema.unwrap() : undefined
  return wrapped instanceof z.ZodType ? wrapped : undefined
}

function described(schema: z.ZodType): string {
  const within = inner(schema)
  return schema.description ?? (within === undefined ? '' : described(within))
}

function isSecret(schema: z.ZodType): boolean {
  const within = inner(schema)
  return schema.meta()?.secret === true || (within !== undefined && isSecret(within))
}
