import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

/**
 * Keeps compiled code from one start to the next, unless the environment variable `NODE_COMPILE_CACHE` has made Node do it already.
 * It is for what is imported afterwards.
 */
export function keepCompiledCode(env: NodeJS.ProcessEnv = process.env): void {
  if (!env.NODE_COMPILE_CACHE) enableCompileCache(compileCacheDirectory(env))
}

/**
 * The folder of compiled code: `$XDG_CACHE_HOME/danbooru-jobs/compiled`, by default below `~/.cache`. Without a home Node chooses a
 * folder (`node:module`, "Module compile cache"); where it cannot write, nothing is kept. Programs may share it.
 *
 * @returns undefined to leave the choice to Node
 */
export function compileCacheDirectory(env: NodeJS.ProcessEnv): string | undefined {
  const base = env.XDG_CACHE_HOME || (env.HOME && join(env.HOME, '.cache'))
  return base ? join(base, 'danbooru-jobs', 'compiled') : undefined
}
