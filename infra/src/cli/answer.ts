/** Text for a terminal: fixed, or made with or without colours. */
export type AnswerText = string | ((isColoured: boolean) => string)

/** What a command answers: data for scripts, and a text to read. */
export interface Answer {
  readonly value: unknown
  readonly text: AnswerText
}
