import { runServices } from '@danbooru-jobs/actors'
import { unknownJobs } from './unknown-jobs.ts'

await runServices([unknownJobs()])
