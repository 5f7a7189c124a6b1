import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import {
  declarationsOf,
  type Masked,
  type SettingDeclaration,
  type SettingsSchema,
} from './settings-schema.ts'
import { withoutPassword } from './without-password.ts'

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

/** Where the value of a setting comes from. */
export type SettingSource = 'environment' | 'file' | 'default' | 'not set'

/** A setting as it was found. */
export interface FoundSetting extends Omit<SettingDeclaration, 'schema'> {
  readonly source: SettingSource
  /** The value as text, without what must not be shown; undefined if there is none. */
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
  return readAllSettings([settings], env, read).of(settings)
}

/** Settings that were read together. */
export interface AllSettings {
  /** The values of one of the schemas. */
  of<Schema extends SettingsSchema>(settings: Schema): z.output<Schema>
}

/**
 * As {@link readSettings}, for several schemas at once: who starts a process learns everything that is wrong at the first try.
 *
 * @throws SettingError with one line for each setting that is wrong.
 */
export function readAllSettings(
  schemas: Iterable<SettingsSchema>,
  env: Environment,
  read: ReadText = readFile,
): AllSettings {
  const values = new Map<SettingsSchema, Record<string, unknown>>()
  const problems = new Set<string>()
  for (const schema of new Set(schemas)) {
    const found = declarationsOf(schema).map((declaration) => find(declaration, env, read))
    for (const { problem } of found) if (problem !== undefined) problems.add(problem)
    values.set(schema, Object.fromEntries(found.map(({ name, value }) => [name, value])))
  }
  if (problems.size > 0) throw new SettingError([...problems])
  return { of: <Schema extends SettingsSchema>(schema: Schema) => values.get(schema) as z.output<Schema> }
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
  const { name, masked, fallback, description } = declaration
  const origin = originOf(name, env, read)
  if ('problem' in origin) return { ...declaration, ...origin, shown: undefined, value: undefined }
  const { source, text } = origin
  const parsed = schema.safeParse(text)
  if (parsed.success) {
    const value = parsed.data
    if (text !== undefined)
      return { ...declaration, source, shown: shown(text, masked), value, problem: undefined }
    const used = fallback === undefined ? 'not set' : 'default'
    return { ...declaration, source: used, shown: shown(fallback, masked), value, problem: undefined }
  }
  const issue = parsed.error.issues[0]?.message.replace(/^Invalid input: /, '') ?? 'is not allowed'
  const problem =
    text === undefined ? `${name} is not set: ${description || issue}` : refused(name, issue, text, masked)
  return { ...declaration, source, shown: shown(text, masked), value: undefined, problem }
}

function shown(text: string | undefined, masked: Masked | undefined): string | undefined {
  if (text === undefined || masked === undefined) return text
  if (masked === 'all') return '***'
  // A blank would end the address before its password does.
  const addresses = text.split(',').map((address) => address.trim().replaceAll(/\s/g, '%20'))
  return addresses.map(withoutPassword).join(',')
}

/** What a schema says may quote the value. */
function refused(name: string, issue: string, text: string, masked: Masked | undefined): string {
  if (masked !== 'all') return `${name}: ${issue}, not "${shown(text, masked)}"`
  return `${name}: ${issue.includes(text) ? 'is not allowed' : issue}`
}

type Origin =
  | { readonly source: 'environment' | 'file' | 'not set'; readonly text: string | undefined }
  | { readonly source: 'file'; readonly problem: string }

function originOf(name: string, env: Environment, read: ReadText): Origin {
  const text = given(env[name])
  const path = given(env[`${name}_FILE`])
  if (text !== undefined && path !== undefined)
    return { source: 'file', problem: `${name} and ${name}_FILE are both set: set one of them` }
  if (text !== undefined) return { source: 'environment', text }
  if (path === undefined) return { source: 'not set', text: undefined }
  try {
    // A file that an editor or a mounted secret has written ends with a line break.
    return { source: 'file', text: given(read(path).replace(/\r?\n$/, '')) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { source: 'file', problem: `${name}_FILE names a file that cannot be read: ${reason}` }
  }
}

function given(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text
}

function readFile(path: string): string {
  return readFileSync(path, 'utf8')
}
