import { headerLineProblem } from '@danbooru-jobs/contracts/wire'
import { headerBlock, type ReceivedMessage } from './header-block.ts'

/** The headers of a message. Reading them never throws, whatever another client has sent. */
export interface MessageHeaders {
  /** Every value of each name, spelled as on the wire; names and values without text are left out. */
  readonly values: ReadonlyMap<string, readonly string[]>
  /** Why another client could not read or repeat them; undefined if they are well-formed. */
  readonly problem: string | undefined
}

const none: MessageHeaders = { values: new Map(), problem: undefined }
const decoder = new TextDecoder()

/**
 * Reads the headers of a message. The client's own reader throws at a name that it does not accept, and is slower: it compares
 * every name with all others.
 */
export function messageHeaders(message: ReceivedMessage): MessageHeaders {
  const block = headerBlock(message)
  return block === undefined ? clientHeaders(message) : parseHeaderBlock(block)
}

/** Reads `NATS/1.0\r\nName: value\r\n…\r\n\r\n`. */
export function parseHeaderBlock(block: Uint8Array): MessageHeaders {
  const values = new Map<string, string[]>()
  const text = decoder.decode(block)
  let problem: string | undefined
  let start = text.indexOf('\r\n') + 2
  for (let end = text.indexOf('\r\n', start); end > start; end = text.indexOf('\r\n', start)) {
    const found = addLine(values, text.slice(start, end))
    problem ??= found
    start = end + 2
  }
  return values.size === 0 && problem === undefined ? none : { values, problem }
}

/** The first value of each header. */
export function firstValues({ values }: MessageHeaders): ReadonlyMap<string, string> {
  const first = new Map<string, string>()
  for (const [name, [value]] of values) if (value !== undefined) first.set(name, value)
  return first
}

/** @returns what is wrong with the line, or undefined. */
function addLine(values: Map<string, string[]>, line: string): string | undefined {
  const colon = line.indexOf(':')
  if (colon <= 0) return headerLineProblem(line)
  const name = line.slice(0, colon)
  const value = line.slice(colon + 1).trim()
  if (value !== '') {
    const known = values.get(name)
    if (known === undefined) values.set(name, [value])
    else known.push(value)
  }
  return headerLineProblem(line)
}

/** For messages whose header block cannot be seen. */
function clientHeaders(message: ReceivedMessage): MessageHeaders {
  try {
    if (message.headers === undefined) return none
    const values = new Map<string, string[]>()
    for (const [name, all] of message.headers) {
      const texts = all.filter((value) => value !== '')
      if (texts.length > 0) values.set(name, texts)
    }
    return { values, problem: undefined }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { values: new Map(), problem: `the headers cannot be read: ${reason}` }
  }
}
