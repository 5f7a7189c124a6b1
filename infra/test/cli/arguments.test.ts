import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { daemon } from '@danbooru-jobs/actors'
import { PayloadInvalidError } from '@danbooru-jobs/contracts'
import { CommanderError } from 'commander'
import { jsonArgument, wholeNumberArgument } from '../../src/cli/arguments.ts'
import { failureOf, UsageError } from '../../src/cli/failure.ts'
import { jobTypeArgument } from '../../src/cli/job-arguments.ts'
import { chosenServices, namesIn, selectServices } from '../../src/cli/select-services.ts'
import { ExpectedError } from '../../src/expected-error.ts'
import { serviceNames } from '../../src/service-folders.ts'

const refused = (pattern: RegExp) => ({ name: 'UsageError', message: pattern })

describe('arguments', () => {
  test('are refused with a sentence that says how to write them', () => {
    const cases: [() => unknown, RegExp][] = [
      [
        () => jobTypeArgument('delete-favourites'),
        /no job type "delete-favourites"\. Did you mean "delete-favorites"\? There are: /,
      ],
      [() => jsonArgument('{userId:1}'), /not JSON: .*'\{"userId":42\}'/],
      [() => wholeNumberArgument('--limit', '1e3', 1, 10), /from 1 to 10, not "1e3"/],
      [() => wholeNumberArgument('--limit', '11', 1, 10), /not "11"/],
    ]
    for (const [parse, pattern] of cases) assert.throws(parse, refused(pattern))
  })
})

test('services are chosen by name', () => {
  const named = (name: string) =>
    daemon({ name, title: name, usesDatabase: false, start: async () => ({ stop: async () => undefined }) })
  const all = [
    { name: 'a', services: [named('a')] },
    { name: 'b', services: [named('b'), named('b'), named('c')] },
  ]
  const names = (only: string) => selectServices(all, namesIn(only)).map((service) => service.name)
  assert.deepEqual(names('b, a'), ['a', 'b', 'b', 'c'])
  assert.deepEqual(names('c, a'), ['a', 'c'])
  assert.throws(() => names('a,x'), refused(/no service "x"\. There are: a, b, c\./))
  assert.throws(() => names(' , '), refused(/at least one/))
  assert.throws(() => selectServices([], namesIn('x')), refused(/There is none\./))
})

test('a service is found by its folder, and only that is loaded', async () => {
  const names = async (only?: string) => (await chosenServices(only)).map(({ name }) => name)
  assert.deepEqual(await names('user-deactivation,batches'), [
    'batches',
    'deactivate-user',
    'user-deactivation',
  ])
  assert.ok((await names()).length > serviceNames().length)
})

test('errors have an exit code and at most one line', () => {
  const unexpected = new TypeError('bug')
  const invalid = new PayloadInvalidError('delete-user', [{ path: 'userId', problem: 'expected number' }])
  const cases: [unknown, ReturnType<typeof failureOf>][] = [
    [new CommanderError(0, 'commander.helpDisplayed', ''), { exitCode: 0, message: undefined }],
    [new CommanderError(1, 'commander.unknownOption', ''), { exitCode: 2, message: undefined }],
    [new UsageError('so'), { exitCode: 2, message: 'so' }],
    [new ExpectedError('so'), { exitCode: 1, message: 'so' }],
    [invalid, { exitCode: 1, message: 'delete-user: userId: expected number' }],
    [unexpected, { exitCode: 1, message: undefined, unexpected }],
  ]
  for (const [error, expected] of cases) assert.deepEqual(failureOf(error), expected)
})
