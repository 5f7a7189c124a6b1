import { stat } from 'node:fs/promises'
import { ExpectedError } from '../expected-error.ts'
import { run } from '../process/run.ts'

/** The account a program runs as; root's own numbers when no other account is given. */
interface Owner {
  readonly uid: number
  readonly gid: number
}

/** How PostgreSQL's programs are run and who owns their files. */
export interface Account {
  /** Owner of the files; undefined where everything is done as the user of this process. */
  readonly owner: Owner | undefined
  /** The command that runs a program as this account. */
  command(program: string, args: readonly string[]): Command
}

export interface Command {
  readonly program: string
  readonly args: readonly string[]
  readonly uid?: number
  readonly gid?: number
}

/**
 * PostgreSQL refuses to run as root. For root this is therefore the owner of the existing data folder, or the
 * account `postgres`, or `nobody`; the machine's accounts stay as they are. Every other user runs it under their own account.
 *
 * Root may have put the project into a folder that other accounts cannot enter (`/root`, a private temporary folder). Then the
 * server keeps root's right to pass through folders (the capability `dac_override`), and nothing else of root.
 *
 * @param reach files and folders the server must be able to get to
 * @throws when it cannot get to them either way
 */
export async function postgresAccount(dataDir: string, reach: readonly string[]): Promise<Account> {
  if (process.getuid?.() !== 0) return { owner: undefined, command: (program, args) => ({ program, args }) }
  const owner = (await ownerOf(dataDir)) ?? (await lookUp('postgres')) ?? (await lookUp('nobody')) ?? nobody
  const plain: Account = { owner, command: (program, args) => ({ program, args, ...owner }) }
  const passing: Account = { owner, command: (program, args) => passThroughFolders(owner, program, args) }
  for (const account of [plain, passing]) {
    if (await canReach(account, reach)) return account
  }
  throw new ExpectedError(
    `PostgreSQL does not run as root, and account ${owner.uid}, which would run it instead, cannot get to ` +
      `${reach.join(' or ')}. Work as another user than root, move the project to where others may enter, ` +
      'or set DATABASE_URL.',
  )
}

/** The traditional numbers of the account that owns nothing. */
const nobody: Owner = { uid: 65_534, gid: 65_534 }

async function canReach(account: Account, reach: readonly string[]): Promise<boolean> {
  const script = 'for path in "$@"; do test -x "$path" || exit 1; done'
  const { program, args, ...owner } = account.command('/bin/sh', ['-c', script, 'sh', ...reach])
  return (await run(program, args, { ...owner, cwd: '/' })).code === 0
}

function passThroughFolders({ uid, gid }: Owner, program: string, args: readonly string[]): Command {
  const rights = [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    // access(2) ignores the capability of anyone but root unless this bit is set, and PostgreSQL asks access(2).
    '--securebits=+no_setuid_fixup',
  ]
  return { program: 'setpriv', args: [...rights, program, ...args] }
}

async function ownerOf(dataDir: string): Promise<Owner | undefined> {
  const found = await stat(dataDir).catch(() => undefined)
  return found === undefined || found.uid === 0 ? undefined : { uid: found.uid, gid: found.gid }
}

async function lookUp(name: string): Promise<Owner | undefined> {
  const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
  if (uid.code !== 0 || gid.code !== 0) return undefined
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
}
