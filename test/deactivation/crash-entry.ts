import { writeSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { runServices } from '@danbooru-jobs/actors'
import type { TransactionWork } from '@danbooru-jobs/actors/internal'
import { DeliveredMessage } from '@danbooru-jobs/actors/internal'
import { Database } from '@danbooru-jobs/actors/program'
import { booruDatabase } from '@danbooru-jobs/booru'
import { deactivationServices } from './services.ts'

/**
 * Every service, in a process that kills itself at the n-th boundary after a message on `test.arm`. A boundary is before or
 * after the commit of a transaction that wrote something, or before an acknowledgment: everywhere something has become true and
 * its consequence has not. The services know nothing of it.
 */
let fatal = 0
let count = 0

function boundary(name: string): void {
  if (fatal === 0) return
  count += 1
  if (count !== fatal) return
  writeSync(1, `${JSON.stringify({ msg: 'killed', boundary: name, count })}\n`)
  process.kill(process.pid, 'SIGKILL')
}

const { transaction } = Database.prototype
Database.prototype.transaction = async function <Result>(this: Database, work: TransactionWork<Result>) {
  let wrote = false
  const result: Result = await transaction.call<Database, [TransactionWork<Result>], Promise<Result>>(
    this,
    async (em, outbox) => {
      const done = await work(em, outbox)
      await em.flush()
      const [row] = await em.execute<{ wrote: boolean }[]>(
        'select pg_current_xact_id_if_assigned() is not null as wrote',
      )
      wrote = row?.wrote === true
      if (wrote) boundary('before a commit')
      return done
    },
  )
  if (wrote) boundary('after a commit')
  return result
}

const { ack } = DeliveredMessage.prototype
DeliveredMessage.prototype.ack = function (this: DeliveredMessage) {
  boundary(`before the acknowledgment of ${this.subject}`)
  ack.call(this)
}

const { runtime } = await runServices(deactivationServices, { database: booruDatabase })
runtime.nats.subscribe('test.arm', {
  callback: (_, message) => {
    fatal = Number(message.string())
    count = 0
    message.respond()
  },
})
await runtime.nats.flush()
// What is killed does not come to write down the code that it compiled; its heirs start in half the time with it.
flushCompileCache()
runtime.log.info('can be armed')
