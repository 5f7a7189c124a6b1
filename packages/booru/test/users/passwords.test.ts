import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  hashPassword,
  passwordDigest,
  unknownPasswordHash,
  verifyPassword,
} from '../../src/users/passwords.ts'

describe('passwords', () => {
  test('are digested with SHA-1 between fixed strings before bcrypt sees them', () => {
    assert.equal(passwordDigest('password'), 'b3c976b76ba4505518baa3dd35fd5d335069963c')
    assert.equal(passwordDigest('pässwörd'), '93d1a059095266ba4358ce0d226b480747505bfb')
  })

  test('are hashed as Danbooru does it, and recognized again', async () => {
    const hash = await hashPassword('correct horse')
    assert.match(hash, /^\$2a\$12\$[./A-Za-z0-9]{53}$/)
    assert.equal(await verifyPassword('correct horse', hash), true)
    assert.equal(await verifyPassword('Correct horse', hash), false)
  })

  test('are refused if the stored value is no hash', async () => {
    assert.equal(await verifyPassword('password', '*AC*'), false)
    assert.equal(await verifyPassword('password', ''), false)
  })

  test('that are unknown have a hash like any other, from the given source', async () => {
    const zeros = unknownPasswordHash((size) => Buffer.alloc(size))
    assert.equal(zeros, `$2a$12$${'.'.repeat(53)}`)
    const locked = unknownPasswordHash()
    assert.match(locked, /^\$2a\$12\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{31}$/)
    assert.notEqual(locked, unknownPasswordHash())
    assert.equal(await verifyPassword('password', locked), false)
  })
})
