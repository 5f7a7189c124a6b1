import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { declarationsOf, type SettingDeclaration, type SettingsSchema } from './settings-schema.ts'

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A setting has a value that is not allowed, or a required one is missing. The message has one line for each. */
export class SettingError extends Error {
  override readonly name = 'SettingError'
  readonly code = 'setting-invalid'

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
  }
}

/** A setting as it was found. */
export interface FoundSetting extends Omit<SettingDeclaration, 'schema'> {
  readonly source: 'environment' | 'file' | 'default' | 'not set'
  /** The value as text; `***` for a secret that is set, undefined for one that is not. */
  readonly shown: string | undefined
  /** What is wrong with it, one line that names the variable. */
  readonly problem: string | undefined
}

/** Reads the text of a file; replaced in tests. */
export type ReadText = (path: string) => string

/**
 * Reads settings from environment variables, or from the files that `<NAME>_FILE` variables name.
 *
 * @throws SettingError with one line for each setting that is wrong.
 */
export function readSettings<Schema extends SettingsSchema>(
  settings: Schema,
  env: Environment,
  read: ReadText = readFile,
): z.output<Schema> {
  const found = declarationsOf(settings).map((declaration) => find(declaration, env, read))
  const problems = found.flatMap(({ problem }) => problem ?? [])
  if (problems.length > 0) throw new SettingError(problems)
  return Object.fromEntries(found.map(({ name, value }) => [name, value])) as z.output<Schema>
}

/** What {@link readSettings} would read, for operators: never the value of a secret. */
export function inspectSettings(
  settings: SettingsSchema,
  env: Environment,
  read: ReadText = readFile,
): readonly FoundSetting[] {
  return declarationsOf(settings).map((declaration) => {
    const { value: _, ...found } = find(declaration, env, read)
    return found
  })
}

function find(
  { schema, ...declaration }: SettingDeclaration,
  env: Environment,
  read: ReadText,
): FoundSetting & { readonly value: unknown } {
  const { name, isSecret, fallback } = declaration
  const origin = originOf(name, env, read)
  if ('problem' in origin) return { ...declaration, ...origin, shown: undefined, value: undefined }
  const { source, text } = origin
  const parsed = schema.safeParse(text)
  const shown = text === undefined ? fallback : isSecret ? '***' : text
  if (parsed.success) {
    const used = text === undefined ? (fallback === undefined ? 'not set' : 'default') : source
    return { ...declaration, source: used, shown, value: parsed.data, problem: undefined }
  }
  const issue = parsed.error.issues[0]?.message.replace(/^Invalid input: /, '') ?? 'is not allowed'
  const given = text === undefined ? 'is not set' : `${issue}${isSecret ? '' : `, not "${text}"`}`
  const problem =
    text === undefined ? `${name} is not set: ${declaration.description || issue}` : `${name}: ${given}`
  return { ...declaration, source, shown, value: undefined, problem }
}

type Origin =
  | { readonly source: 'environment' | 'file' | 'not set'; readonly text: string | undefined }
  | { readonly source: 'file'; readonly problem: string }

function originOf(name: string, env: Environment, read: ReadText): Origin {
  const text = env[name]
  if (text !== undefined && text !== '') return { source: 'environment', text }
  const path = env[`${name}_FILE`]
  if (path === undefined || path === '') return { source: 'not set', text: undefined }
  try {
    // A file that an editor or a mounted secret has written ends with a line break.
    return { source: 'file', text: read(path).replace(/\r?\n$/, '') }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { source: 'file', problem: `${name}_FILE names a file that cannot be read: ${reason}` }
  }
}

function readFile(path: string): string {
  return readFileSync(path, 'utf8')
}
