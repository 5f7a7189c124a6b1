import { deactivateUser, deleteUser, mailDelivery, pruneBans } from '../src/danbooru/index.ts'
import { job, type Publisher } from '../src/index.ts'

declare const publisher: Publisher

/** What must not compile. Never run. */
export async function misuse(): Promise<void> {
  // @ts-expect-error the id is a number
  await publisher.enqueue(deleteUser, { userId: '42' })
  // @ts-expect-error the id is missing
  await publisher.enqueue(deleteUser, {})
  // @ts-expect-error no such part
  await publisher.enqueue(deleteUser, { userId: 1, part: 'everything' })
  // @ts-expect-error no such option
  await publisher.enqueue(pruneBans, {}, { wait: '1s' })
  // @ts-expect-error no such unit
  await publisher.enqueue(pruneBans, {}, { delay: '1 week' })
  // @ts-expect-error a dmail notice is about a dmail
  job(mailDelivery, { mail: 'dmail_notice', userId: 1 })
  // @ts-expect-error only the runtime publishes beside a job of the key
  job(pruneBans, {}, { unique: false })
  // @ts-expect-error only the runtime names the batch of a job
  await publisher.enqueue(pruneBans, {}, { batch: 'mine' })
  // @ts-expect-error only the runtime names who is notified of the end
  await publisher.enqueue(pruneBans, {}, { notify: 'lifecycles.mine.1' })
  const reply = await publisher.request(deactivateUser, { userId: 1, deleterId: 1 })
  // @ts-expect-error only an accepted request has a lifecycle
  reply.lifecycle.key.toString()
}
