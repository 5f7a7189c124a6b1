/** Hides the cursor, cuts lines at the edge instead of wrapping them, and clears the screen. */
export const enterFrames = '\u001b[?25l\u001b[?7l\u001b[2J'

/** Undoes {@link enterFrames}; what was shown last stays. */
export const leaveFrames = '\n\u001b[?7h\u001b[?25h'

/**
 * One screen of a list that is shown again and again. It is written over the one before, so that nothing flickers.
 *
 * @param rows lines that the terminal has; what does not fit is counted in the last line
 */
export function frameText(head: string, body: string, rows: number): string {
  const lines = [head, '', ...body.trimEnd().split('\n')]
  const room = Math.max(rows, 4)
  const missing = lines.length - (room - 1)
  const shown = missing <= 1 ? lines : [...lines.slice(0, room - 1), `… ${missing} more lines`]
  return `\u001b[H${shown.map((line) => `${line}\u001b[K`).join('\n')}\u001b[J`
}
