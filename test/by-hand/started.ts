import { spawn } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sqlOfClient } from '@danbooru-jobs/actors/internal'
import { JobHistory } from '@danbooru-jobs/actors/operate'
import pg from 'pg'
import { freePort } from '../../infra/src/index.ts'
import { type RunResult, run } from '../../infra/src/process/run.ts'
import { stopWithParent } from '../../infra/src/process/watchdog.ts'
import { type NatsCli, ownPorts, testFolder, until } from '../harness/index.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** `npm start` as a user runs it who has just cloned the repository: with an empty home, and a data folder of its own. */
export interface Started extends AsyncDisposable {
  readonly dataDir: string
  readonly port: number
  /** Everything it has written so far. */
  output(): string
  /** Waits until it says that Ctrl-C stops everything. */
  ready(): Promise<void>
  /** As Ctrl-C in its terminal: every process of it gets the signal. Resolves when all have ended. */
  interrupt(): Promise<void>
  /** Kills npm and the launcher at once, and nothing else. */
  kill9(): Promise<void>
}

/** What `danbooru-jobs` and other programs run in. */
export interface Shell {
  /** `danbooru-jobs …` against this data folder. */
  cli(...args: string[]): Promise<RunResult>
  /** The answer of a command with `--json`. */
  json<Answer>(...args: string[]): Promise<Answer>
  /** A line as it is pasted into a terminal. */
  paste(line: string): Promise<RunResult>
}

/** @param dataDir an earlier start's, or a new one */
export async function npmStart(nats: NatsCli | undefined, dataDir?: string): Promise<Started> {
  const folder = dataDir ?? (await testFolder('by-hand'))
  await ownPorts(folder)
  const port = await freePort()
  const env = { ...(await environment(nats)), DATA_DIR: folder, PORT: `${port}` }
  const child = spawn('npm', ['start'], { cwd: root, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const { pid = 0 } = child
  let written = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      written += text
    })
  }
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()))
  stopWithParent(pid, 'SIGKILL', exited)
  const group = (signal: NodeJS.Signals) => {
    try {
      process.kill(-pid, signal)
    } catch {
      // Nothing of it runs any more.
    }
  }
  return {
    dataDir: folder,
    port,
    output: () => written,
    async ready() {
      const said = () => written.includes('Ctrl-C stops everything') || child.exitCode !== null
      await until(said, { timeout: 120_000, what: 'the banner' }).catch(() => undefined)
      if (!written.includes('Ctrl-C stops everything')) throw new Error(`npm start wrote:\n${written}`)
    },
    async interrupt() {
      group('SIGINT')
      await exited
    },
    async kill9() {
      child.kill('SIGKILL')
      await exited
    },
    async [Symbol.asyncDispose]() {
      group('SIGTERM')
      await exited
    },
  }
}

/** A second terminal. */
export async function shell(dataDir: string, nats: NatsCli | undefined): Promise<Shell> {
  const env = { ...(await environment(nats)), DATA_DIR: dataDir }
  const paste = (line: string) => run('env', ['-i', ...asAssignments(env), 'sh', '-c', line], { cwd: root })
  // What npx comes to, without npm's own start.
  const launcher = `${process.execPath} ${root}infra/bin/danbooru-jobs.mjs`
  const cli = (...args: string[]) => paste(`${launcher} ${args.map(quoted).join(' ')}`)
  return {
    cli,
    paste,
    async json<Answer>(...args: string[]) {
      const { code, stdout, stderr } = await cli(...args, '--json')
      if (code !== 0) throw new Error(`danbooru-jobs ${args.join(' ')} ended with ${code}: ${stderr}`)
      return JSON.parse(stdout) as Answer
    },
  }
}

/** The database of a started one. */
export interface Board extends AsyncDisposable {
  rows<Row extends object>(sql: string): Promise<Row[]>
  readonly history: JobHistory
}

/** Connects to the database of a started one. */
export function board(databaseUrl: string): Board {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1, allowExitOnIdle: true })
  pool.on('error', () => undefined)
  return {
    rows: async <Row extends object>(sql: string) => (await pool.query<Row>(sql)).rows,
    history: new JobHistory(sqlOfClient(pool)),
    [Symbol.asyncDispose]: () => pool.end(),
  }
}

async function environment(nats: NatsCli | undefined): Promise<Record<string, string>> {
  const { PATH = '', TEST_NATS_SERVER = '', NODE_COMPILE_CACHE = '' } = process.env
  const path = [dirname(process.execPath), PATH, ...(nats === undefined ? [] : [dirname(nats.path)])].join(
    ':',
  )
  return { PATH: path, HOME: await testFolder('home'), NATS_SERVER: TEST_NATS_SERVER, NODE_COMPILE_CACHE }
}

function asAssignments(env: Record<string, string>): string[] {
  return Object.entries(env).map(([name, value]) => `${name}=${value}`)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
