import type { Clock } from '../environment/environment.ts'

/** Asks at most once in `age` milliseconds, however many want to know; a failure is not kept. */
export function cached<Value>(ask: () => Promise<Value>, age: number, clock: Clock): () => Promise<Value> {
  let asked: { readonly at: number; readonly answer: Promise<Value> } | undefined
  return () => {
    const now = clock.now().getTime()
    if (asked && now - asked.at < age) return asked.answer
    const answer = ask()
    const mine = { at: now, answer }
    asked = mine
    answer.catch(() => {
      if (asked === mine) asked = undefined
    })
    return answer
  }
}
