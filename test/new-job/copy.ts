import { execFileSync } from 'node:child_process'
import { cp, mkdir, readdir, readlink, realpath, symlink } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { repositoryFiles, root } from '../architecture/files.ts'
import { testFolder } from '../harness/index.ts'

const scope = '@danbooru-jobs'

/**
 * A copy of the repository, as `git clone` and `npm ci` would make it: the files, a commit of them, and the installed packages. What
 * was installed is linked, but the packages of the repository are those of the copy.
 */
export async function copyOfRepository(): Promise<string> {
  const copy = await testFolder('copy')
  for (const file of repositoryFiles()) await cp(join(root, file), join(copy, file))
  const [from, to] = [join(root, 'node_modules'), join(copy, 'node_modules')]
  await mkdir(join(to, scope), { recursive: true })
  for (const entry of await readdir(from)) {
    if (entry !== scope) await symlink(await realpath(join(from, entry)), join(to, entry))
  }
  const [ofInfra, ofCopy] = [join(root, 'infra/node_modules'), join(copy, 'infra/node_modules')]
  await mkdir(ofCopy)
  for (const entry of await readdir(ofInfra)) await symlink(join(ofInfra, entry), join(ofCopy, entry))
  // Relative links: in the copy they lead to the copy.
  for (const name of await readdir(join(from, scope))) {
    await symlink(await readlink(join(from, scope, name)), join(to, scope, name))
  }
  const git = (...args: string[]) => execFileSync('git', args, { cwd: copy, stdio: 'ignore' })
  git('init')
  git('add', '--all')
  git('-c', 'user.name=test', '-c', 'user.email=test@localhost', 'commit', '--message', 'copy')
  return copy
}

/** The files that differ from the commit of the copy, new ones too. */
export function changedFiles(copy: string): string[] {
  const args = ['status', '--porcelain', '--untracked-files=all', '--no-renames', '-z']
  const changed = execFileSync('git', args, { cwd: copy, encoding: 'utf8' })
  return changed.split('\0').flatMap((line) => (line === '' ? [] : [line.slice(3)]))
}

/** The environment of a person at a shell in the copy: nothing of this run's npm, Node or servers, and the system's own Node. */
export function shellEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const ofThisRun = /^(npm_|TEST_|NODE_|NATS_URL$|DATABASE_URL$)/i
  const kept = Object.entries(process.env).filter(([name]) => !ofThisRun.test(name))
  const isOfRun = (folder: string) => folder.includes('node_modules') || folder === dirname(process.execPath)
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !isOfRun(folder))
  return { ...Object.fromEntries(kept), ...more, PATH: path.join(delimiter) }
}
