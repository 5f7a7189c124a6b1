import { createHash, randomBytes } from 'node:crypto'
import { compare, encodeBase64, genSalt, hash } from 'bcryptjs'

/** The cost that Danbooru's bcrypt library uses by default: 2^12 rounds, some tenths of a second. */
const cost = 12

/**
 * What Danbooru passes to bcrypt instead of the password, a leftover of times when SHA-1 was all there was:
 * the digest of the password between fixed strings, in lower-case hex.
 */
export function passwordDigest(password: string): string {
  return createHash('sha1').update(`choujin-steiner--${password}--`).digest('hex')
}

/** A value for `users.bcrypt_password_hash`, with the prefix `$2a$` that Danbooru's own hashes have. */
export async function hashPassword(password: string): Promise<string> {
  const salt = await genSalt(cost)
  return hash(passwordDigest(password), salt.replace(/^\$2b\$/, '$2a$'))
}

/** Whether the password is the one that was hashed; false as well if `passwordHash` is no bcrypt hash. */
export async function verifyPassword(password: string, passwordHash: string): Promise<boolean> {
  return compare(passwordDigest(password), passwordHash)
}

/**
 * A value for `users.bcrypt_password_hash` that no password fits, to lock an account without a column of its own: it looks like any
 * other, but salt and digest are 312 random bits. Danbooru hashes a random password instead, which is unknown as well and which
 * takes bcrypt some tenths of a second.
 */
export function unknownPasswordHash(random: (size: number) => Buffer = randomBytes): string {
  return `$2a$${cost}$${encodeBase64(random(16), 16)}${encodeBase64(random(23), 23)}`
}
