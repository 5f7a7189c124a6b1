import { globSync } from 'node:fs'
import { join } from 'node:path'

/** How the tests of a run ended. */
export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/**
 * The files that take longest, for themselves or waiting for others, are started first: one that is left for the end keeps a
 * single processor busy. The last of them waits for the `nats` client, which may have to be built meanwhile.
 */
export const slow: readonly string[] = [
  'infra/test/dev.test.ts',
  'test/deactivation/crash.test.ts',
  'services/job-history/test/faults.test.ts',
  'test/deactivation/outage.test.ts',
  'test/deactivation/large.test.ts',
  'test/new-job/newcomer.test.ts',
  'test/readme.test.ts',
  'packages/contracts/test/pack.test.ts',
  'packages/actors/test/crash.test.ts',
  'packages/actors/test/limits/crash.test.ts',
  'test/chaos/short.test.ts',
  'test/by-hand-restart.test.ts',
  'services/prune-posts/test/prune-posts.test.ts',
  'services/retire-tag-relationships/test/retire-tag-relationships.test.ts',
  'packages/actors/test/conformance-nats.test.ts',
  'services/job-history/test/course.test.ts',
  'services/regenerate-post-counts/test/regenerate-post-counts.test.ts',
  'test/operate.test.ts',
  'test/by-hand.test.ts',
]

/** The files in the order in which they are started: the slow ones, then the others by name. */
export function slowestFirst(files: readonly string[]): string[] {
  const others = files.filter((file) => !slow.includes(file)).sort()
  return [...slow.filter((file) => files.includes(file)), ...others]
}

/** The test files below `root` whose path contains one of the patterns; without a pattern all of them. */
export function selectTests(root: string, patterns: readonly string[]): string[] {
  const folders = '{packages,services}/*/test/**/*.test.ts'
  const found = globSync([folders, '{infra,test}/**/*.test.ts'], {
    cwd: root,
    exclude: ['**/node_modules/**'],
  })
  return slowestFirst(matching([...new Set(found)], patterns)).map((file) => join(root, file))
}

/** The files whose path contains one of the patterns. */
export function matching(files: readonly string[], patterns: readonly string[]): string[] {
  return files.filter((file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)))
}

/** `3 passed, 0 failed`, and the skipped ones when there are any. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

/** A run in which nothing ran has shown nothing. */
export function isSuccess({ passed, failed }: Counts): boolean {
  return failed === 0 && passed > 0
}
