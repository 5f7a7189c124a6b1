import { chown, mkdir, rename, rm } from 'node:fs/promises'
import { commandLine, readPid, stopLeftOver } from '../process/process-table.ts'
import { lastLine, run } from '../process/run.ts'
import { ServerStartError } from '../process/server-process.ts'
import type { Account } from './account.ts'

export interface NewCluster {
  readonly initdb: string
  readonly dataDir: string
  readonly account: Account
  /** The superuser's name. */
  readonly user: string
  /** Whether the files are to be on the disk, not only on their way there, when this is done. */
  readonly durable: boolean
}

/** Creates the cluster beside its place and moves it in, so that an interrupted start leaves no half of one. */
export async function createCluster({ initdb, dataDir, account, user, durable }: NewCluster): Promise<void> {
  const folder = `${dataDir}.new`
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { mode: 0o700 })
  if (account.owner !== undefined) await chown(folder, account.owner.uid, account.owner.gid)
  // The built-in locale sorts and folds the same on every machine; it needs no locale of the operating system.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const options = [`--pgdata=${folder}`, `--username=${user}`, '--auth=trust', ...locale]
  const { program, args, ...owner } = account.command(initdb, durable ? options : [...options, '--no-sync'])
  const { code, stdout, stderr } = await run(program, args, { cwd: '/', ...owner })
  if (code !== 0) throw new ServerStartError(`PostgreSQL's initdb failed: ${lastLine(stderr || stdout)}`)
  await rename(folder, dataDir)
}

/** Stops a left-over server and drops a pid file whose number now belongs to another program. */
export async function takeOverCluster(dataDir: string): Promise<void> {
  const pidFile = `${dataDir}/postmaster.pid`
  await stopLeftOver({ pidFile, marker: dataDir, stopSignal: 'SIGINT' })
  const pid = await readPid(pidFile)
  const other = pid === undefined ? undefined : await commandLine(pid)
  if (other !== undefined && !other.includes(dataDir)) await rm(pidFile)
}
