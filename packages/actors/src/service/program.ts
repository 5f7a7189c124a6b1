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
 * start, and memory that only the start needed is given back. A start that fails for a reason outside of the program, such as a wrong
 * setting or a server that cannot be reached, writes it to standard error, one line for each, and exits with 1.
 *
 * @example
 * ```ts
 * await program(() => import('./count-words.ts'))
 * ```
 *
 * @param load imports the service's module. It is a function, because what is imported before is compiled without the cache.
 * @throws errors of the program itself, with their stack.
 */
export async function program(
  load: () => Promise<object>,
  options: RunOptions = {},
): Promise<RunningServices> {
  keepCompiledCode()
  const [module, { runServices }] = await Promise.all([load(), import('./run-services.ts')])
  const services = servicesOf(module)
  if (services.length === 0)
    throw new TypeError(
      'the module exports no service: export a worker, a lifecycle, a responder or a daemon',
    )
  const { database }: ServiceModule = module
  const running = await runServices(services, { ...(database && { database }), ...options }).catch(exit)
  flushCompileCache()
  await collectGarbage()
  return running
}

/** Ends the process with the sentence of an error that has one; any other is thrown. */
function exit(error: unknown): never {
  if (!isSentence(error)) throw error
  console.error(error.message)
  process.exit(1)
}

/** Errors of this package have a code in kebab-case or are plain ones; their messages are sentences for operators. */
function isSentence(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  return 'code' in error ? /^[a-z]+(-[a-z]+)+$/.test(String(error.code)) : error.name === 'Error'
}
