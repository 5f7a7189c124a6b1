import { flushCompileCache } from 'node:module'
import type { DatabaseDefinition } from '../database/database.ts'
import { collectGarbage } from './collect-garbage.ts'
import { keepCompiledCode } from './compile-cache.ts'
import { isServiceDefinition, type ServiceDefinition } from './definition.ts'
import type { RunOptions } from './run-options.ts'
import type { RunningServices } from './run-services.ts'

/**
 * What a service's module exports: its definitions under any names and, if it works on a database, how that is mapped, under the
 * name `database`. Other exports are ignored.
 */
export interface ServiceModule {
  readonly database?: DatabaseDefinition
}

/** The services that a module exports, in the order of their names. */
export function servicesOf(module: object): readonly ServiceDefinition[] {
  return Object.values(module).filter(isServiceDefinition)
}

/**
 * The whole program of a service: {@link runServices} in little memory and with a quick start. Compiled code is kept for the next
 * start, and memory that only the start needed is given back.
 *
 * @example
 * ```ts
 * await program(() => import('./count-words.ts'))
 * ```
 *
 * @param load imports the service's module. It is a function, because what is imported before is compiled without the cache.
 * @throws Error if the module exports no service; otherwise as `runServices`.
 */
export async function program(
  load: () => Promise<object>,
  options: RunOptions = {},
): Promise<RunningServices> {
  keepCompiledCode()
  const [module, { runServices }] = await Promise.all([load(), import('./run-services.ts')])
  const services = servicesOf(module)
  if (services.length === 0)
    throw new Error('the module exports no service: export a worker, a lifecycle, a responder or a daemon')
  const { database }: ServiceModule = module
  const running = await runServices(services, { ...(database && { database }), ...options })
  flushCompileCache()
  await collectGarbage()
  return running
}
