/** An error that the user can fix: its message is shown, without a stack. */
export class ExpectedError extends Error {
  override readonly name: string = 'ExpectedError'
}
