import { join } from 'node:path'

/**
 * Where compiled code is kept between two starts: `$XDG_CACHE_HOME/danbooru-jobs/compiled`, by default below `~/.cache`. Without a home
 * Node chooses a place (`node:module`, "Module compile cache"); where it cannot write, it goes without. Programs may share it.
 *
 * @returns undefined to leave the choice to Node
 */
export function compileCacheDirectory(env: NodeJS.ProcessEnv): string | undefined {
  const base = env.XDG_CACHE_HOME || (env.HOME && join(env.HOME, '.cache'))
  return base ? join(base, 'danbooru-jobs', 'compiled') : undefined
}
