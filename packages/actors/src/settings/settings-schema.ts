import { z } from 'zod'

/**
 * The settings of a service: a zod object whose keys are environment variables, as
 * `z.object({ FEED_TIMEOUT_SECONDS: wholeNumber(1, 60).default(10).describe('how long a feed may take') })`.
 *
 * A variable that is not set, or empty, is undefined: give it a default, make it optional, or it is required. The description is
 * what operators read.
 */
export type SettingsSchema = z.ZodObject

/** What is never shown of a value: all of it, or the password of an address. */
export type Masked = 'all' | 'password'

/** A schema that says what is never shown of the value. */
export function masked<Schema extends z.ZodType>(schema: Schema, what: Masked): Schema {
  return schema.meta({ ...schema.meta(), masked: what })
}

/**
 * Marks a setting as a secret: its value is never shown and never part of an error. Every setting can be read from a file that
 * `<NAME>_FILE` names; for a secret that is the better way.
 */
export function secret<Schema extends z.ZodType>(schema: Schema): Schema {
  return masked(schema, 'all')
}

/** What a schema says about one setting. */
export interface SettingDeclaration {
  /** The environment variable. */
  readonly name: string
  readonly description: string
  /** The value without the variable, as text; undefined if there is none. */
  readonly fallback: string | undefined
  readonly isRequired: boolean
  readonly masked: Masked | undefined
  readonly schema: z.ZodType
}

/** The settings that a schema declares, in its order. */
export function declarationsOf(settings: SettingsSchema): readonly SettingDeclaration[] {
  return Object.entries(settings.shape).map(([name, declared]) => {
    const schema = declared as z.ZodType
    const fallback = schema.safeParse(undefined)
    return {
      name,
      description: declaredBy(schema, ({ description }) => description) ?? '',
      fallback: fallback.success && fallback.data !== undefined ? String(fallback.data) : undefined,
      isRequired: !fallback.success,
      masked: declaredBy(schema, (one) => one.meta()?.masked as Masked | undefined),
      schema,
    }
  })
}

/** `.optional()`, `.default()` and `.transform()` wrap a schema; its description and metadata may be on the inner one. */
function declaredBy<Declared>(
  schema: z.ZodType,
  read: (schema: z.ZodType) => Declared | undefined,
): Declared | undefined {
  const here = read(schema)
  if (here !== undefined) return here
  for (const inner of [schema.def, schema].flatMap(wrapped)) {
    const within = declaredBy(inner, read)
    if (within !== undefined) return within
  }
  return undefined
}

function wrapped(within: object): readonly z.ZodType[] {
  return ['innerType', 'in', 'out'].flatMap((key) => {
    const value: unknown = Reflect.get(within, key)
    return value instanceof z.ZodType ? [value] : []
  })
}
