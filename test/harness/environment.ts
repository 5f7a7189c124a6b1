import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'

/** What the test runner passes to the test files, in environment variables. */
export interface TestEnvironment {
  /** The run's PostgreSQL server, with the template database in the path. */
  readonly TEST_DATABASE_URL: string
  /** Path of a nats-server that is new enough. */
  readonly TEST_NATS_SERVER: string
  /** Folder for everything the tests leave; removed after the run. */
  readonly TEST_DIRECTORY: string
  /** Node's own variable: the folder in which all processes of a run share their compiled code, TypeScript too. */
  readonly NODE_COMPILE_CACHE: string
}

/** One of the runner's variables. */
export function testEnvironment(name: keyof TestEnvironment): string {
  const value = process.env[name]
  if (value !== undefined && value !== '') return value
  throw new Error(`${name} is not set: run tests with "npm test" or "npm run test:file -- <part of a path>".`)
}

/** A new folder that is removed after the run. */
export function testFolder(name: string): Promise<string> {
  return mkdtemp(join(testEnvironment('TEST_DIRECTORY'), `${name}-`))
}
