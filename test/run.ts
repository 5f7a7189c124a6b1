import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { fileURLToPath } from 'node:url'
import { natsCli } from './harness/nats-cli.ts'
import { type Counts, closingLine, isSuccess, selectTests } from './runner/selection.ts'
import { startTestServers } from './runner/servers.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const files = selectTests(root, process.argv.slice(2))
const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort())

const { counts, error } = await runTests()
if (error !== undefined) console.error(error instanceof Error ? error.message : error)
console.log(closingLine(counts))
process.exit(interrupted.signal.aborted ? 130 : isSuccess(counts) && error === undefined ? 0 : 1)

async function runTests(): Promise<{ counts: Counts; error?: unknown }> {
  const none = { passed: 0, failed: 0, skipped: 0 }
  if (files.length === 0) return { counts: none, error: 'No test file matches.' }
  try {
    await using servers = await startTestServers()
    for (const name of ['NATS_URL', 'DATABASE_URL', 'PORT', 'DATA_DIR']) delete process.env[name]
    Object.assign(process.env, servers.environment)
    // What a test starts is not remembered in the user's own home.
    process.env.XDG_STATE_HOME = join(servers.environment.TEST_DIRECTORY, 'state')
    // Some machines have to build it first, which takes minutes.
    if (files.some((file) => readFileSync(file, 'utf8').includes('natsCli(')))
      natsCli().catch(() => undefined)
    return { counts: await report() }
  } catch (error) {
    return { counts: none, error }
  }
}

async function report(): Promise<Counts> {
  const events = run({
    files,
    cwd: root,
    // One more than there are processors: many tests wait, for a lease or for a server that starts.
    concurrency: availableParallelism() + 1,
    execArgv: ['--conditions=danbooru-jobs-source', '--disable-warning=ExperimentalWarning'],
    timeout: 600_000,
    signal: interrupted.signal,
  })
  const counts = { passed: 0, failed: 0, skipped: 0 }
  events.on('test:summary', ({ file, counts: all }) => {
    if (file !== undefined) return
    counts.passed = all.passed
    counts.failed = all.tests - all.passed - all.skipped - all.todo
    counts.skipped = all.skipped + all.todo
  })
  for await (const text of events.compose(spec())) process.stdout.write(text)
  return counts
}
