import type { UnitOfWork } from '../unit-of-work.ts'
import type { Message } from './message.ts'

const longestTitle = 200
const longestBody = 50_000
const recipientsPerHour = 10

/** What keeps a message from being stored, in the words of Danbooru's validation messages. */
export function dmailProblems(
  { title, body }: Message,
  { fromExists, toExists }: { fromExists: boolean; toExists: boolean },
): string[] {
  return [
    ...(fromExists ? [] : ['From must exist']),
    ...(toExists ? [] : ['To must exist']),
    ...textProblems('Title', title, longestTitle),
    ...textProblems('Body', body, longestBody),
  ]
}

function textProblems(name: string, text: string, longest: number): string[] {
  if (text.trim() === '') return [`${name} can't be blank`]
  return [...text].length > longest ? [`${name} is too long (maximum is ${longest} characters)`] : []
}

/** Whether the sender has written to ten other people within the last hour. */
export async function tooManyRecipients(
  { em, now }: UnitOfWork,
  fromId: number,
  toId: number,
): Promise<boolean> {
  const [row] = await em.execute<{ recipients: number }[]>(
    `SELECT count(DISTINCT to_id)::int AS recipients FROM dmails
     WHERE owner_id = ? AND from_id = ? AND to_id <> ? AND created_at > ?::timestamp - interval '1 hour'`,
    [fromId, fromId, toId, now],
  )
  return (row?.recipients ?? 0) >= recipientsPerHour
}
