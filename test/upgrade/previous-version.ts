import { execFileSync } from 'node:child_process'
import { cp, mkdir, readdir, realpath, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { testFolder } from '../harness/index.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const scope = '@danbooru-jobs'

/**
 * A folder with the packages and daemons of the previous version, and with the programs of this folder beside them. The archive has
 * the files of commit 196223a: `git archive 196223a packages/{contracts,actors}/{package.json,src} packages/actors/migrations
 * services/{job-history,batches,outbox-relay}/{package.json,src} | gzip -9n`.
 *
 * @returns the path of `previous.mjs` in it
 */
export async function unpackPreviousVersion(): Promise<string> {
  const folder = await testFolder('previous-version')
  execFileSync('tar', ['-xzf', join(root, 'test/upgrade/previous-version.tar.gz'), '-C', folder])
  await cp(join(root, 'test/upgrade'), join(folder, 'test/upgrade'), { recursive: true })
  const [from, to] = [join(root, 'node_modules'), join(folder, 'node_modules')]
  await mkdir(join(to, scope), { recursive: true })
  for (const entry of await readdir(from)) {
    if (entry !== scope) await symlink(await realpath(join(from, entry)), join(to, entry))
  }
  for (const name of ['contracts', 'actors'])
    await symlink(join(folder, 'packages', name), join(to, scope, name))
  return join(folder, 'test/upgrade/previous.mjs')
}
