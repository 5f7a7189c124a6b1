/** PostgreSQL counts from 2000-01-01 (PostgreSQL documentation, "COPY", binary format). */
const epoch = 946_684_800_000
const signature = Buffer.from('PGCOPY\n\u00ff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const textOid = 25
const jsonbVersion = 1

/**
 * Rows in the binary format of `COPY`. Each row is begun with {@link begin} and must then be given exactly that many values, in the
 * order of the columns; null is a value.
 */
export class BinaryRows {
  #buffer = Buffer.allocUnsafe(65_536)
  #end: number

  constructor() {
    this.#end = signature.copy(this.#buffer)
  }

  begin(columns: number): void {
    this.#reserve(2)
    this.#end = this.#buffer.writeInt16BE(columns, this.#end)
  }

  none(): void {
    this.#int32(-1)
  }

  /** A column of the type `smallint`. */
  smallint(value: number): void {
    this.#int32(2)
    this.#reserve(2)
    this.#end = this.#buffer.writeInt16BE(value, this.#end)
  }

  /** A column of the type `integer`. */
  integer(value: number): void {
    this.#int32(4)
    this.#int32(value)
  }

  /** A column of the type `bigint`; whole and safe. */
  bigint(value: number): void {
    this.#int32(8)
    this.#int64(value)
  }

  /** A column of the type `double precision`. */
  double(value: number): void {
    this.#int32(8)
    this.#reserve(8)
    this.#end = this.#buffer.writeDoubleBE(value, this.#end)
  }

  /** A column of the type `timestamptz`; milliseconds since 1970, or infinite. */
  time(value: number): void {
    this.#int32(8)
    if (Number.isFinite(value)) this.#int64(Math.round((value - epoch) * 1_000))
    else {
      this.#int32(0x7fffffff)
      this.#int32(-1)
    }
  }

  text(value: string): void {
    const start = this.#reserve(4 + 3 * value.length) + 4
    this.#writeText(start, start, value)
  }

  /** A column of the type `jsonb`; JSON text. */
  jsonb(json: string): void {
    const start = this.#reserve(5 + 3 * json.length) + 4
    this.#buffer[start] = jsonbVersion
    this.#writeText(start, start + 1, json)
  }

  /** A column of the type `text[]`; not empty. */
  texts(values: readonly string[]): void {
    this.#reserve(4)
    const lengthAt = this.#end
    this.#end += 4
    for (const word of [1, 0, textOid, values.length, 1]) this.#int32(word)
    for (const value of values) this.text(value)
    this.#buffer.writeInt32BE(this.#end - lengthAt - 4, lengthAt)
  }

  /** All rows; nothing may be added any more. */
  finish(): Uint8Array {
    this.#reserve(2)
    this.#end = this.#buffer.writeInt16BE(-1, this.#end)
    return this.#buffer.subarray(0, this.#end)
  }

  #int32(value: number): void {
    this.#reserve(4)
    this.#end = this.#buffer.writeInt32BE(value, this.#end)
  }

  #int64(value: number): void {
    const high = Math.floor(value / 2 ** 32)
    this.#int32(high)
    this.#int32((value - high * 2 ** 32) | 0)
  }

  /** @param start where the value begins, behind its length; @param at where the text of it does */
  #writeText(start: number, at: number, value: string): void {
    this.#end = at + writeUtf8(this.#buffer, at, value)
    this.#buffer.writeInt32BE(this.#end - start, start - 4)
  }

  /** Makes room; where it begins. */
  #reserve(bytes: number): number {
    if (this.#end + bytes > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#end + bytes))
      this.#buffer.copy(larger, 0, 0, this.#end)
      this.#buffer = larger
    }
    return this.#end
  }
}

/** Below this length a loop is faster than a call out of JavaScript. */
const short = 40

function writeUtf8(buffer: Buffer, at: number, value: string): number {
  if (value.length > short) return buffer.write(value, at, 'utf8')
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index)
    if (code > 127) return buffer.write(value, at, 'utf8')
    buffer[at + index] = code
  }
  return value.length
}
