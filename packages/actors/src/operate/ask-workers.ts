import { isNoResponder } from '@danbooru-jobs/contracts/wire'
import type { NatsConnection } from '@nats-io/transport-node'

/** How long all workers are given to answer, and after how long a silence no other answer is expected, milliseconds. */
const longest = 2_000
const silence = 250

/** Puts a question to every worker of a job type, in whatever process, and gathers their answers. */
export async function askWorkers<Answer>(
  nats: NatsConnection,
  subject: string,
  question: object,
  enough: (answers: readonly Answer[]) => boolean = () => false,
): Promise<Answer[]> {
  const answers: Answer[] = []
  const replies = await nats.requestMany(subject, JSON.stringify(question), {
    strategy: 'stall',
    stall: silence,
    maxWait: longest,
  })
  try {
    for await (const reply of replies) {
      answers.push(reply.json<Answer>())
      if (enough(answers)) break
    }
  } catch (error) {
    // No worker of that job type runs, which is an answer too.
    if (!isNoResponder(error)) throw error
  }
  return answers
}
