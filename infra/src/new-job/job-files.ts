import { camelCase, type JobPlan } from './job-plan.ts'

/** A file to be written. */
export interface NewFile {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
  /** What is in it. */
  readonly purpose: string
}

/** Versions that the package of a service names. */
export interface Versions {
  /** Of the packages of this repository. */
  readonly own: string
  readonly zod: string
}

/** The list of all job types. */
export const jobList = 'packages/contracts/src/danbooru/jobs/index.ts'

/** The line of a job type in {@link jobList}. */
export function listLine({ name }: JobPlan): string {
  return `export { ${camelCase(name)} } from './${name}.ts'\n`
}

/** The files of a new job type; they work, but do nothing yet. */
export function jobFiles(plan: JobPlan, versions: Versions): readonly NewFile[] {
  const { name } = plan
  const service = `services/${name}`
  return [
    {
      path: `packages/contracts/src/danbooru/jobs/${name}.ts`,
      text: contract(plan),
      purpose: 'what a job carries, and how it is delivered',
    },
    { path: `${service}/src/${name}.ts`, text: workerModule(plan), purpose: 'what is done' },
    { path: `${service}/test/${name}.test.ts`, text: workerTest(plan), purpose: 'the test' },
    { path: `${service}/src/main.ts`, text: main(plan), purpose: 'the program' },
    {
      path: `${service}/package.json`,
      text: manifest(plan, versions),
      purpose: 'the packages that it needs',
    },
  ]
}

function contract(plan: JobPlan): string {
  const { name, title, isUnique, limit } = plan
  const unique = `unique: { mode: 'while-queued-or-running', key: ({ key }) => key },`
  const limits = `limits: [{ name: '${name}', key: ({ key }) => key, max: ${limit} }],`
  const options = [...(isUnique ? [unique] : []), ...(limit === undefined ? [] : [limits])]
  return `${imported('zod', 'z')}
${imported('../../define/define-job.ts', 'defineJob')}

/** ${title}. Enqueued ${plan.schedule === undefined ? 'by operators' : `by the schedule of its service`}. */
export const ${camelCase(name)} = defineJob({
  name: '${name}',
  title: ${quoted(title)},
  payload: z.object({${hasKey(plan) ? ' key: z.string() ' : ''}}),
  ${options.length === 0 ? '' : `delivery: { ${options.join(' ')} },`}
})
`
}

function workerModule(plan: JobPlan): string {
  const { name, setting, resource, schedule, usesDatabase } = plan
  const camel = camelCase(name)
  const needs = [...(setting ? ['settings'] : []), ...(resource ? [`resources: { ${resource} }`] : [])]
  const options = needs.length === 0 ? '' : `, { ${needs.join(', ')} }`
  const functions = [
    ...(schedule ? ['defineSchedule', 'scheduler'] : []),
    ...(resource ? ['resource'] : []),
    'done',
    'worker',
  ]
  return `${imported('@danbooru-jobs/actors', ...functions)}
${imported('@danbooru-jobs/contracts/danbooru', camel)}
${setting ? imported('zod', 'z') : ''}

${setting ? `const settings = z.object({ ${setting}: z.string().optional().describe('what it is for') })\n` : ''}
${resource ? `const ${resource} = resource({ name: '${resource}', open: () => ({}), close: () => undefined })\n` : ''}
/** ${plan.title}. */
export const ${camel}Worker = worker(${camel}, async (_payload, job) => {
  job.note('nothing is done yet')
  return done()
}${options})
${schedule ? scheduleOf(plan, schedule) : ''}
${usesDatabase ? "export { booruDatabase as database } from '@danbooru-jobs/booru'\n" : ''}`
}

function scheduleOf(plan: JobPlan, cron: string): string {
  const { name } = plan
  const payload = hasKey(plan) ? "{ key: 'any' }" : '{}'
  return `
/** Enqueues it by schedule. */
export const ${camelCase(name)}Schedules = scheduler('${name}-schedules', [
  defineSchedule({ job: ${camelCase(name)}, payload: ${payload}, cron: '${cron}' }),
])
`
}

function workerTest(plan: JobPlan): string {
  const { name } = plan
  const worker = `${camelCase(name)}Worker`
  return `import assert from 'node:assert/strict'
${imported('node:test', 'test')}
${imported('../../../test/harness/index.ts', 'makeJobBed')}
${imported(`../src/${name}.ts`, worker)}

test('${name} ends well', async () => {
  await using bed = await makeJobBed(${worker})
  const { state } = await bed.runJob(${hasKey(plan) ? "{ key: 'any' }" : ''})
  assert.equal(state, 'done')
})
`
}

function main({ name }: JobPlan): string {
  return `${imported('@danbooru-jobs/actors/main', 'program')}

await program(() => import('./${name}.ts'))
`
}

function manifest({ name, setting, usesDatabase }: JobPlan, { own, zod }: Versions): string {
  const dependencies = {
    '@danbooru-jobs/actors': own,
    ...(usesDatabase && { '@danbooru-jobs/booru': own }),
    '@danbooru-jobs/contracts': own,
    ...(setting !== undefined && { zod }),
  }
  const fields = {
    name: `@danbooru-jobs/${name}`,
    version: own,
    license: 'BSD-2-Clause',
    private: true,
    type: 'module',
    exports: { '.': `./src/${name}.ts` },
    dependencies,
  }
  return `${JSON.stringify(fields, null, 2)}\n`
}

function imported(from: string, ...names: readonly string[]): string {
  return `import { ${names.join(', ')} } from ${quoted(from)}`
}

/** Uniqueness and limits are about a key in the payload. */
function hasKey({ isUnique, limit }: JobPlan): boolean {
  return isUnique || limit !== undefined
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
