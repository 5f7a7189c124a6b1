import { isSideName, sides } from './sides.ts'
import { carryOut, type TaskName, type Tasks } from './tasks.ts'

/** The task of a side's process. */
export interface Order {
  readonly side: string
  readonly task: TaskName
  readonly options: Tasks[TaskName]['options']
}

/** What a side's process says. */
export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'result'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly message: string }

/** A process for one task of one side: it takes one order, answers, and ends. */
async function obey({ side: name, task, options }: Order): Promise<void> {
  if (!isSideName(name)) throw new Error(`no side is called ${name}`)
  const side = await sides[name].open()
  const value = await carryOut(side, task, options, () => say({ kind: 'ready' }))
  say({ kind: 'result', value })
}

function say(answer: Answer): void {
  process.send?.(answer)
}

process.once('message', (order: Order) => {
  obey(order).catch((error: unknown) => {
    say({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  })
})

process.once('disconnect', () => process.exit(0))
