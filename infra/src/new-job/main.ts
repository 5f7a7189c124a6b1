import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { ExpectedError } from '../expected-error.ts'
import { projectRoot } from '../settings.ts'
import { jobFiles, jobList, listLine, type NewFile, type Versions } from './job-files.ts'
import { planOf } from './job-plan.ts'

const run = promisify(execFile)

try {
  await newJob(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof ExpectedError ? error.message : error)
  process.exitCode = 1
}

/** Writes the files of a new job type, and prints what to do with them. */
async function newJob(args: readonly string[]): Promise<void> {
  const plan = planOf(args)
  const files = jobFiles(plan, await versions())
  for (const { path } of [...files, { path: `services/${plan.name}` }]) {
    if (existsSync(join(projectRoot, path))) throw new ExpectedError(`${path} exists already.`)
  }
  for (const file of files) await write(file)
  await appendFile(join(projectRoot, jobList), listLine(plan))
  const changed = [...files.map(({ path }) => path), jobList]
  await run('npx', ['biome', 'check', '--write', ...changed], { cwd: projectRoot })
  // Only the lock file is updated for the new package, so nothing is fetched.
  const lockOnly = ['install', '--package-lock-only', '--offline', '--ignore-scripts']
  await run('npm', lockOnly, { cwd: projectRoot })
  console.log(report(plan.name, files))
}

async function write({ path, text }: NewFile): Promise<void> {
  const file = join(projectRoot, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
}

async function versions(): Promise<Versions> {
  const text = await readFile(join(projectRoot, 'packages/contracts/package.json'), 'utf8')
  const { version, dependencies } = JSON.parse(text)
  return { own: version, zod: dependencies.zod }
}

function report(name: string, files: readonly NewFile[]): string {
  const width = Math.max(...files.map(({ path }) => path.length))
  return [
    ...files.map(({ path, purpose }) => `${path.padEnd(width)}  ${purpose}`),
    `${jobList.padEnd(width)}  names it`,
    '',
    `Write the payload, the handler and the test, then run "npm run test:file -- ${name}".`,
    `"npm start" runs it with the others; "npx danbooru-jobs enqueue ${name} '{…}'" enqueues a job.`,
  ].join('\n')
}
