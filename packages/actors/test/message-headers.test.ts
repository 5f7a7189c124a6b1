import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseHeaderBlock } from '../src/transport/message-headers.ts'

const parse = (text: string) => parseHeaderBlock(new TextEncoder().encode(text))

describe('the headers of a message', () => {
  test('have every value of each name; what has no value is left out', () => {
    const { values, problem } = parse(
      'NATS/1.0\r\nJob-Id: a\r\nJob-Id: b\r\nEmpty:\r\nOwn: \u00fc: x \r\n\r\n',
    )
    assert.deepEqual(
      [...values],
      [
        ['Job-Id', ['a', 'b']],
        ['Own', ['\u00fc: x']],
      ],
    )
    assert.equal(problem, undefined)
  })

  for (const cut of ['', 'NATS/1.0', 'NATS/1.0\r\n', 'NATS/1.0\r\nJob-Id: a']) {
    test(`${JSON.stringify(cut)} has none`, () => assert.equal(parse(cut).values.size, 0))
  }

  for (const line of ['My Header: x', 'Pr\u00f3ba: x', 'no header', ': x', 'tab\t: x']) {
    test(`${JSON.stringify(line)} is a problem, and the others can be read`, () => {
      const { values, problem } = parse(`NATS/1.0\r\n${line}\r\nJob-Id: a\r\n\r\n`)
      assert.match(problem ?? '', /header/)
      assert.deepEqual(values.get('Job-Id'), ['a'])
    })
  }
})
