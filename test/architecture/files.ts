import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Every file of the repository, tracked or about to be, as a path from its root. */
export function repositoryFiles(): readonly string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z']
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 })
  // A file that was deleted and not yet committed is still listed.
  const gone = new Set(
    execFileSync('git', ['ls-files', '--deleted', '-z'], { cwd: root, encoding: 'utf8' }).split('\0'),
  )
  return [...new Set(listed.split('\0'))].filter((file) => file !== '' && !gone.has(file)).sort()
}

/** A file's text. */
export function textOf(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}
