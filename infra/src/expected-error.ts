/** An error that the person at the keyboard can do something about: its message is shown, without a stack. */
export class ExpectedError extends Error {
  override readonly name: string = 'ExpectedError'
}
