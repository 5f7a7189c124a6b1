import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ExpectedError } from './expected-error.ts'

/** What a person can set, in environment variables. */
export interface Settings {
  /** `NATS_URL`: servers that already run, separated by commas. Undefined: a server of our own. */
  readonly natsUrl: string | undefined
  /** `DATABASE_URL`: a database that already runs. Undefined: a server of our own. */
  readonly databaseUrl: string | undefined
  /** `PORT`: where the dashboard listens. Default 3000. */
  readonly port: number
  /** `DATA_DIR`: absolute path for everything that is kept. Default `.data` in the project's folder. */
  readonly dataDir: string
}

/** The folder that holds `package.json`. */
export const projectRoot = fileURLToPath(new URL('../..', import.meta.url))

/** Where everything is kept when `DATA_DIR` says nothing else. */
export const defaultDataDir = resolve(projectRoot, '.data')

/** Either the settings, or one line for each value that is wrong. */
export type ParsedSettings = { readonly settings: Settings } | { readonly problems: readonly string[] }

/** @param cwd the folder that a relative `DATA_DIR` starts from */
export function parseSettings(env: NodeJS.ProcessEnv, cwd: string): ParsedSettings {
  const problems: string[] = []
  const read = <T>(
    name: string,
    parse: (value: string) => T | undefined,
    expected: string,
  ): T | undefined => {
    const value = env[name]?.trim()
    if (value === undefined || value === '') return undefined
    const parsed = parse(value)
    if (parsed === undefined) problems.push(`${name} is ${withoutPassword(value)}, but must be ${expected}.`)
    return parsed
  }
  const settings = {
    natsUrl: read('NATS_URL', parseNatsUrl, 'nats://host:port, or several separated by commas'),
    databaseUrl: read('DATABASE_URL', parseDatabaseUrl, 'postgres://user:password@host:port/database'),
    port: read('PORT', parsePort, 'a port number between 1 and 65535') ?? 3000,
    dataDir: read('DATA_DIR', (value) => resolve(cwd, value), 'a folder') ?? defaultDataDir,
  }
  return problems.length > 0 ? { problems } : { settings }
}

/**
 * The settings of this process.
 *
 * @throws {ExpectedError} with one line for each value that is wrong
 */
export function readSettings(env: NodeJS.ProcessEnv = process.env, cwd: string = process.cwd()): Settings {
  const parsed = parseSettings(env, cwd)
  if ('settings' in parsed) return parsed.settings
  throw new ExpectedError(parsed.problems.join('\n'))
}

/** Text with addresses as they may be shown: passwords, and the tokens of NATS, are left out. */
export function withoutPassword(url: string): string {
  const passwords = /(:\/\/|^|[,\s])([^\s/@,:]*):(?!\/\/)[^\s@,]*@/g
  const tokens = /(nats:\/\/|tls:\/\/|^|,)([^\s/@,:]+)@/g
  return url.replace(passwords, '$1$2:***@').replace(tokens, '$1***@')
}

function parseNatsUrl(value: string): string | undefined {
  const servers = value.split(',').map((server) => server.trim())
  const all = servers.map((server) => toUrl(server.includes('://') ? server : `nats://${server}`))
  const valid = all.every(
    (url) => url !== undefined && /^(nats|tls):$/.test(url.protocol) && url.hostname !== '',
  )
  return valid ? servers.join(',') : undefined
}

function parseDatabaseUrl(value: string): string | undefined {
  const url = toUrl(value)
  const valid = url !== undefined && /^postgres(ql)?:$/.test(url.protocol) && url.pathname.length > 1
  return valid ? value : undefined
}

function parsePort(value: string): number | undefined {
  const port = Number(value)
  return /^\d{1,5}$/.test(value) && port >= 1 && port <= 65_535 ? port : undefined
}

function toUrl(value: string): URL | undefined {
  return URL.canParse(value) ? new URL(value) : undefined
}
