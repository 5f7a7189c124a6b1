import {
  defineSchedule,
  discard,
  done,
  type JobContext,
  LifecycleStore,
  type Outcome,
  type RunOptions,
  runServices,
  type ServiceDefinition,
  worker,
} from '@danbooru-jobs/actors'
import type { z } from 'zod'
import { bookLifecycle } from './book.ts'
import { jobTypes, type payload, type Version } from './job-types.ts'

type Payload = z.output<typeof payload>

/** The schedule of both versions: once a day, so that it does not come due in the test. */
export const daily = (version: Version) =>
  defineSchedule({ job: jobTypes(version).digest, payload: {}, cron: '0 0 4 * * *', timeZone: 'UTC' })

/** An attempt of a job. */
export interface Started {
  readonly started: string
  readonly type: string
  readonly attempt: number
  readonly version: Version
}

/** Runs the workers of the job types and the given daemons in this process, and reports every start of a job. */
export function runUpgradeServices(
  version: Version,
  daemons: readonly ServiceDefinition[],
  report: (started: Started) => void,
  options: RunOptions = {},
) {
  const types = jobTypes(version)
  const books = bookLifecycle(types)
  const handle = (work: (job: JobContext, payload: Payload) => Promise<void> = async () => undefined) => {
    return async (payload: Payload, job: JobContext): Promise<Outcome> => {
      report({ started: job.id, type: job.type, attempt: job.attempt, version })
      if (version === 'previous') {
        if (payload.before === 'fail') throw new Error('fails in the previous version')
        if (payload.before === 'discard') return discard('refused by the previous version')
        if (payload.before === 'hold') await new Promise(() => undefined)
      }
      await work(job, payload)
      return done()
    }
  }
  const plain = [types.plain, types.rated, types.unique, types.report, types.digest, types.scan, types.bind]
  const exclusive = [types.limited, types.ordered, types.single, types.oneAndOne]
  return runServices(
    [
      ...plain.map((type) => worker(type, handle())),
      ...exclusive.map((type) => worker(type, handle(alone))),
      worker(
        types.order,
        handle((job, { key }) => beginBook(books, job, key)),
      ),
      books,
      ...daemons,
    ],
    { ...options, database: { entities: [] } },
  )
}

/** Fails when two jobs of a type and key run at the same time: their rows have the same key. */
async function alone(job: JobContext, { key }: Payload): Promise<void> {
  const values = [job.type, key]
  await job.transaction((em) =>
    em.execute('insert into public.upgrade_running (type, key) values (?, ?)', values),
  )
  await job.transaction((em) =>
    em.execute('delete from public.upgrade_running where type = ? and key = ?', values),
  )
}

async function beginBook(
  books: ReturnType<typeof bookLifecycle>,
  job: JobContext,
  book: string,
): Promise<void> {
  const first = {
    input: { book },
    event: { type: 'begin' as const },
    messageId: job.id,
    now: job.clock.now(),
  }
  await job.transaction((em, outbox) => new LifecycleStore(books).begin(em, outbox, book, first))
}
