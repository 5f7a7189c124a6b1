import { mkdir, readdir, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../../infra/src/process/run.ts'
import { testEnvironment } from './environment.ts'
import { until } from './until.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * The tarball of a publishable package, made with `npm pack` by the first test that asks in a run: two at once would build into the
 * same folder.
 */
export async function packed(name: 'contracts' | 'actors'): Promise<string> {
  const folder = join(testEnvironment('TEST_DIRECTORY'), `packed-${name}`)
  const unfinished = `${folder}-unfinished`
  const isFirst = await mkdir(unfinished).then(
    () => true,
    () => false,
  )
  if (isFirst) {
    await pack(name, unfinished)
    await mkdir(folder)
    for (const file of await readdir(unfinished)) await rename(join(unfinished, file), join(folder, file))
  }
  const tarball = () =>
    readdir(folder).then(
      (files) => files.find((file) => file.endsWith('.tgz')),
      () => undefined,
    )
  return join(folder, await until(tarball, { timeout: 180_000, what: `npm pack of ${name}` }))
}

async function pack(name: string, folder: string): Promise<void> {
  // None of what npm and this repository set: npm would take it for the settings of this run.
  const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, HOME: process.env.HOME ?? '' }
  const assignments = Object.entries(env).map(([variable, value]) => `${variable}=${value}`)
  const args = ['npm', 'pack', '--pack-destination', folder, '-w', `packages/${name}`]
  const { code, stderr } = await run('env', ['-i', ...assignments, ...args], { cwd: root, timeout: 180_000 })
  if (code !== 0) throw new Error(`npm pack of ${name} failed: ${stderr}`)
}
