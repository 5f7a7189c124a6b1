/** A private message. */
export interface Message {
  readonly toId: number
  /** At most 200 characters. */
  readonly title: string
  /** DText, at most 50,000 characters. */
  readonly body: string
  /** `false`: no e-mail, even if the recipient wants e-mail. */
  readonly notify?: false
}
