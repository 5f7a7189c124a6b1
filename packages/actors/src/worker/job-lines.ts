/** The longest log line of a job that is kept, characters. */
const longest = 2_000
/** Lines that are kept between two reports; the history keeps the last 200 lines of a job. */
const most = 200

/** The lines that a job has logged since its last report: bounded, with a mark where something was left out. */
export class JobLines {
  #lines: string[] = []
  #dropped = 0

  get isEmpty(): boolean {
    return this.#lines.length === 0
  }

  /** The oldest line makes room for the newest. */
  add(line: unknown): void {
    if (this.#lines.length === most) {
      this.#lines.shift()
      this.#dropped++
    }
    const text = typeof line === 'string' ? line : String(line)
    this.#lines.push(text.length > longest ? `${text.slice(0, longest)}… (${text.length} characters)` : text)
  }

  /** Takes out what there is. */
  take(): readonly string[] {
    const dropped = this.#dropped === 0 ? [] : [`… ${this.#dropped} lines left out`]
    const lines = [...dropped, ...this.#lines]
    this.#lines = []
    this.#dropped = 0
    return lines
  }
}
