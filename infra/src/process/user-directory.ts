import { homedir } from 'node:os'
import { join } from 'node:path'

/** A folder of this project among the user's own: for programs that were fetched, and for what is remembered between runs. */
export type UserDirectoryKind = 'cache' | 'state'

const variables = { cache: 'XDG_CACHE_HOME', state: 'XDG_STATE_HOME' } as const
const below = { cache: '.cache', state: '.local/state' } as const

/** `$XDG_CACHE_HOME/danbooru-jobs` or `$XDG_STATE_HOME/danbooru-jobs`, by default below `~/.cache` and `~/.local/state`. */
export function userDirectory(kind: UserDirectoryKind, env: NodeJS.ProcessEnv = process.env): string {
  const base = env[variables[kind]]
  return join(base !== undefined && base !== '' ? base : join(homedir(), below[kind]), 'danbooru-jobs')
}
