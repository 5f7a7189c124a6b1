import type { JobType } from '@danbooru-jobs/contracts'
import { type JobReport, jobReport, subjects } from '@danbooru-jobs/contracts/wire'
import type { Backend } from './backend.ts'

/** What the workers report about jobs of a type that may not start, in the order of arrival. */
export async function parkedOf(jobs: Backend, type: JobType): Promise<readonly JobReport[]> {
  const parked: JobReport[] = []
  jobs.connection.subscribe(subjects.report(type.name, 0).replace(/\.0$/, '.>'), {
    callback: (_error, message) => {
      const report = jobReport.parse(message.json())
      if (report.kind === 'parked') parked.push(report)
    },
  })
  await jobs.connection.flush()
  return parked
}
