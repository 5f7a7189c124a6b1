import assert from 'node:assert/strict'
import { test } from 'node:test'
import { debianMirrors, sourceLine } from '../src/nats/debian.ts'

test('mirrors are read from what apt prints about its sources', () => {
  const cases: [string, string[]][] = [
    ['http://mirror.example/debian/\nhttp://mirror.example/debian/\n', ['http://mirror.example/debian']],
    [
      'http://mirror.example/debian/\nhttp://mirror.example/debian-security/\n',
      ['http://mirror.example/debian'],
    ],
    [
      "'http://mirror.example/debian/dists/stable/InRelease' mirror.example_debian_dists_stable_InRelease 0 \n" +
        "'http://mirror.example/debian-security/dists/stable-security/InRelease' x 0\n" +
        "'https://other.example:8080/some/debian/dists/stable/main/binary-amd64/Packages.xz' x 0\n",
      ['http://mirror.example/debian', 'https://other.example:8080/some/debian'],
    ],
    ['http://archive.example/ubuntu/\n', []],
    ['file:/srv/debian\ncdrom:[disc]/debian\n', []],
    ['', []],
  ]
  for (const [printed, expected] of cases) assert.deepEqual(debianMirrors(printed), expected, printed)
})

test("only Debian's own key may sign what is fetched", () => {
  assert.equal(
    sourceLine('http://mirror.example/debian'),
    'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://mirror.example/debian forky main\n',
  )
})
