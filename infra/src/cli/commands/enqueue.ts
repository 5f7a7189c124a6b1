import { jsonArgument } from '../arguments.ts'
import { type AddCommand, type AnswerOptions, answer, jsonOption } from '../command.ts'
import { enqueueText } from '../format/enqueue.ts'

interface EnqueueOptions extends AnswerOptions {
  readonly delay?: string
  readonly at?: string
  readonly id?: string
}

/** `danbooru-jobs enqueue`: one job, by hand. */
export const addEnqueue: AddCommand = (program) => {
  program
    .command('enqueue')
    .description('put a job into its queue')
    .argument('<type>', 'a job type, such as delete-favorites')
    .names('type', 'job type')
    .argument('[payload]', 'its payload as JSON', '{}')
    .option('--delay <duration>', 'run it after this time: 30s, 10m, 24h, 7d')
    .option('--at <time>', 'run it at this time, not a past one: 2026-12-31T18:30:00Z, tomorrow, in 1h')
    .option('--id <id>', "the job's id; the same id twice within five minutes is one job")
    .option(...jsonOption)
    .notes(`A job that is there already (same id, or same unique key) is a success too, with exit code 0.`)
    .examples(`enqueue delete-favorites '{"userId":42}' --delay 10m`)
    .action(async (typeName: string, payloadText: string, options: EnqueueOptions) => {
      const { jobTypeArgument } = await import('../job-arguments.ts')
      const { dueArgument } = await import('../times.ts')
      const type = jobTypeArgument(typeName)
      const payload = jsonArgument(payloadText)
      const at = dueArgument(options, new Date())
      const { withPublisher } = await import('../connections.ts')
      const result = await withPublisher((publisher) =>
        publisher.enqueue(type, payload, { ...(at && { at }), ...(options.id && { id: options.id }) }),
      )
      answer(options, result, enqueueText(type.name, result, at))
    })
}
