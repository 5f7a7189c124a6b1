import { enableCompileCache, flushCompileCache } from 'node:module'
import { collectGarbage } from './collect-garbage.ts'
import { compileCacheDirectory } from './compile-cache.ts'
import type { ServiceDefinition } from './definition.ts'
import type { RunningServices, RunOptions } from './run-services.ts'

/** What a program runs. */
export interface Program extends RunOptions {
  readonly services: readonly ServiceDefinition[]
}

/**
 * The whole program of a service: {@link runServices} in little memory and with a quick start. What is compiled once is kept for the
 * next start, and what only the start needed is given back.
 *
 * @param load imports the services and says how to run them. Imports must be in it, not above it: what is above is loaded before any
 * code has run, and so without the cache.
 * @throws what `runServices` throws
 */
export async function program(load: () => Promise<Program>): Promise<RunningServices> {
  if (!process.env.NODE_COMPILE_CACHE) enableCompileCache(compileCacheDirectory(process.env))
  const [{ services, ...options }, { runServices }] = await Promise.all([load(), import('./run-services.ts')])
  const running = await runServices(services, options)
  flushCompileCache()
  await collectGarbage()
  return running
}
