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

/**
 * The environment of another project: what the machine says, certificates and proxies with it, and none of what npm and this
 * repository set.
 */
export function foreignEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|NODE_(OPTIONS|COMPILE_CACHE)$)/i.test(name),
  )
  return { ...Object.fromEntries(kept), PATH: `${dirname(process.execPath)}:${process.env.PATH}` }
}

/** Arguments of `env` for a program in {@link foreignEnvironment} and with the variables `more`. */
export function inForeignEnvironment(
  command: readonly string[],
  more: Record<string, string> = {},
): string[] {
  const variables = Object.entries({ ...foreignEnvironment(), ...more })
  return ['-i', ...variables.map(([name, value]) => `${name}=${value}`), ...command]
}

async function pack(name: string, folder: string): Promise<void> {
  const command = ['npm', 'pack', '--pack-destination', folder, '-w', `packages/${name}`]
  const { code, stderr } = await run('env', inForeignEnvironment(command), { cwd: root, timeout: 180_000 })
  if (code !== 0) throw new Error(`npm pack of ${name} failed: ${stderr}`)
}
