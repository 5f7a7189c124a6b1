/**
 * The program of a service. Nothing else is exported here: what a `main.ts` imports is loaded before the compile cache is on, which
 * costs every service the memory and the time of compiling it.
 *
 * @module
 */
export { keepCompiledCode } from './service/compile-cache.ts'
export { program, type ServiceModule, servicesOf } from './service/program.ts'
