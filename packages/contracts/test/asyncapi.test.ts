import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { danbooruContracts, eventTypes, jobTypes, requestTypes } from '../src/danbooru/index.ts'
import { failedReply } from '../src/index.ts'
import { asyncApi, type JsonObject, jsonSchemas } from '../src/wire.ts'

const document: JsonObject = JSON.parse(JSON.stringify(asyncApi(danbooruContracts, '1.2.3')))

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null
}

/** What a JSON pointer (`#/a/b`) of the document points to. */
function resolve(pointer: string): unknown {
  const step = (value: unknown, name: string) => (isObject(value) ? value[name] : undefined)
  return pointer.slice(2).split('/').reduce(step, document)
}

function references(value: unknown): string[] {
  if (!isObject(value)) return []
  const own = typeof value.$ref === 'string' ? [value.$ref] : []
  return [...own, ...Object.values(value).flatMap(references)]
}

describe('the AsyncAPI document', () => {
  test('points only to what is there', () => {
    const found = references(document)
    assert.ok(found.length > 100)
    for (const reference of found) assert.notEqual(resolve(reference), undefined, reference)
  })

  test('has every job, event and request', () => {
    const operations = resolve('#/operations')
    assert.ok(isObject(operations))
    assert.equal(Object.keys(operations).length, jobTypes.length + eventTypes.length + requestTypes.length)
    assert.equal(document.asyncapi, '3.0.0')
  })

  test('describes the subject and the payload of a job', () => {
    assert.ok(isObject(resolve('#/channels/jobs.delete-user')))
    assert.equal(resolve('#/channels/jobs.delete-user/address'), 'jobs.delete-user.{key}')
    assert.equal(resolve('#/channels/jobs.regenerate-post/address'), 'jobs.regenerate-post')
    assert.equal(resolve('#/channels/events.mod-action/address'), 'events.mod-action.{category}')
    assert.deepEqual(resolve('#/components/schemas/jobs.delete-user/required'), ['userId'])
    assert.equal(resolve('#/operations/users.deactivate/action'), 'receive')
    assert.ok(resolve('#/operations/users.deactivate/reply'))
    assert.ok(resolve('#/components/schemas/jobHeaders/properties/Job-Attempts'))
  })

  test('a reply may be that it failed, whatever was asked', () => {
    const failed = { status: 'failed', errors: ['something went wrong'] } as const
    assert.deepEqual(failedReply.parse(failed), failed)
    for (const request of requestTypes) {
      assert.deepEqual(request.reply.parse(failed), failed, request.subject)
      const schema = JSON.stringify(resolve(`#/components/schemas/${request.subject}.reply`))
      assert.match(schema, /"const":"failed"/)
    }
  })

  test('declares a parameter for each brace', () => {
    const channels = resolve('#/channels')
    assert.ok(isObject(channels))
    for (const channel of Object.values(channels)) {
      assert.ok(isObject(channel))
      const braces = [...String(channel.address).matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      assert.deepEqual(Object.keys(isObject(channel.parameters) ? channel.parameters : {}), braces)
    }
  })
})

test('JSON Schemas name their dialect', () => {
  const schemas = Object.values(jsonSchemas(danbooruContracts))
  assert.ok(schemas.length >= jobTypes.length + eventTypes.length + 2 * requestTypes.length + 1)
  for (const schema of schemas) {
    assert.ok(isObject(schema))
    assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema')
  }
})
