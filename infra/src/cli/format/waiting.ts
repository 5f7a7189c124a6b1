import type { WaitingJob } from '@danbooru-jobs/actors/operate'

/** What a job waits for, in one sentence: `waits for limit mail-api (key example.org), 3 ahead`. */
export function waitingText({ limit, key, ahead, until, isReleased }: WaitingJob): string {
  if (isReleased) return 'is about to start'
  const what = `waits for limit ${limit} (key ${key})`
  return until === undefined ? `${what}, ${ahead} ahead` : `${what} until ${until.toISOString()}`
}
