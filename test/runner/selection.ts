import { globSync } from 'node:fs'
import { join } from 'node:path'

/** How the tests of a run ended. */
export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** The test files below `root` whose path contains one of the patterns; without a pattern all of them. */
export function selectTests(root: string, patterns: readonly string[]): string[] {
  const folders = '{packages,services}/*/test/**/*.test.ts'
  const found = globSync([folders, '{infra,test}/**/*.test.ts'], {
    cwd: root,
    exclude: ['**/node_modules/**'],
  })
  return matching([...new Set(found)].sort(), patterns).map((file) => join(root, file))
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
