/** What a command answers: data for scripts, and its text for people. */
export interface Answer {
  readonly value: unknown
  readonly text: string
}
