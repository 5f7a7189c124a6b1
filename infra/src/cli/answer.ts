/** Text for people: fixed, or made with or without colours. */
export type AnswerText = string | ((isColoured: boolean) => string)

/** What a command answers: data for scripts, and its text for people. */
export interface Answer {
  readonly value: unknown
  readonly text: AnswerText
}
