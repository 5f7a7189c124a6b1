import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { userDirectory } from '../../infra/src/index.ts'
import { type RunResult, run } from '../../infra/src/process/run.ts'
import { testEnvironment } from './environment.ts'
import { until } from './until.ts'

/** The version of github.com/nats-io/natscli that is built where there is none. */
const pinned = 'v0.5.1'

/** The real `nats` command line client. */
export interface NatsCli {
  readonly path: string
  /** Runs one command, `['pub', 'jobs.prune-bans', '{}']`, against a server. */
  run(url: string, args: readonly string[]): Promise<RunResult>
}

/**
 * The client from the `PATH`, from the cache, or built with a Go toolchain into the cache. Undefined where none of this works:
 * skip the test then, with a reason. A build keeps a machine busy for minutes, so the first test that needs it builds for all; the
 * runner asks before the first test, and other tests run meanwhile.
 */
export async function natsCli(): Promise<NatsCli | undefined> {
  const path = (await onPath('nats')) ?? (await built())
  return path === undefined ? undefined : { path, run: (url, args) => runCli(path, url, args) }
}

function runCli(path: string, url: string, args: readonly string[]): Promise<RunResult> {
  // A folder without contexts: whatever server the user has selected must not be written to.
  const env = { XDG_CONFIG_HOME: join(userDirectory('cache'), 'no-contexts') }
  return run(path, ['--server', url, '--no-context', ...args], { env, timeout: 60_000 })
}

async function built(): Promise<string | undefined> {
  const folder = join(userDirectory('cache'), 'nats-cli', pinned)
  const path = join(folder, 'nats')
  if (await isThere(path)) return path
  const go =
    (await onPath('go')) ?? ((await isThere('/usr/local/go/bin/go')) ? '/usr/local/go/bin/go' : undefined)
  if (go === undefined) return undefined
  const ended = join(testEnvironment('TEST_DIRECTORY'), 'nats-cli-ended')
  const isFirst = await mkdir(`${ended}-not-yet`).then(
    () => true,
    () => false,
  )
  if (isFirst) {
    const isBuilt = await build(go, folder, path).catch(() => false)
    await writeFile(ended, isBuilt ? 'built' : 'failed')
  }
  const said = async () => (await readFile(ended, 'utf8')) || undefined
  const outcome = await until(said, { timeout: 600_000, what: 'the nats client to be built' })
  return outcome === 'built' ? path : undefined
}

async function build(go: string, folder: string, path: string): Promise<boolean> {
  await mkdir(folder, { recursive: true })
  const target = await mkdtemp(join(folder, '.building-'))
  try {
    // Without C there is nothing for a second compiler to do, and without symbols less for the linker.
    const env = { GOBIN: target, GOFLAGS: '-ldflags=-w', CGO_ENABLED: '0' }
    const { code } = await run(go, ['install', `github.com/nats-io/natscli/nats@${pinned}`], {
      env,
      timeout: 600_000,
    })
    if (code !== 0) return false
    await rename(join(target, 'nats'), path)
    return true
  } finally {
    await rm(target, { recursive: true, force: true })
  }
}

async function onPath(program: string): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter((entry) => entry !== '')) {
    if (await isThere(join(folder, program))) return join(folder, program)
  }
  return undefined
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
