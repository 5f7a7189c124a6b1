import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type PostFile, withAutomaticTags } from '../../src/posts/automatic-tags.ts'
import { tagsBeforeImplications, tagWords, withImpliedTags } from '../../src/posts/tag-list.ts'

const still: PostFile = {
  width: 1_000,
  height: 1_000,
  fileExt: 'jpg',
  source: '',
  duration: null,
  assetExt: 'jpg',
  metadata: {},
}
const many = Array.from({ length: 30 }, (_, n) => `t${n}`)

const cases: [what: string, tags: string, file: Partial<PostFile>, expected: string][] = [
  ['an empty list', '', {}, 'tagme'],
  ['a list of nothing but automatic tags', 'non-web_source', {}, 'tagme'],
  ['a source on the web', 'a non-web_source', { source: 'https://example.com' }, 'a'],
  ['a source elsewhere', 'a', { source: 'a book' }, 'a non-web_source'],
  ['a small picture', 'a highres', { width: 500, height: 500 }, 'a lowres'],
  ['a large picture', 'a', { width: 1_600 }, 'a highres'],
  ['a very large picture', 'a', { height: 2_400 }, 'a absurdres highres'],
  ['a huge picture', 'a', { width: 10_000, height: 9_000 }, 'a absurdres highres incredibly_absurdres'],
  ['a wide picture', 'a', { width: 1_200, height: 300 }, 'a wide_image'],
  ['a tall picture', 'a', { width: 300, height: 1_200 }, 'a highres tall_image'],
  ['a still picture', 'a animated animated_gif sound', {}, 'a'],
  ['Flash', 'a animated sound', { fileExt: 'swf', assetExt: 'swf' }, 'a animated flash sound'],
  ['a video', 'a', { fileExt: 'webm', assetExt: 'webm', duration: 3 }, 'a animated video'],
  [
    'a video that is heard',
    'a',
    { fileExt: 'mp4', metadata: { 'FFmpeg:AudioPeakLoudness': 0.0003 } },
    'a sound video',
  ],
  [
    'a video that is not',
    'a sound',
    { fileExt: 'mp4', metadata: { 'FFmpeg:AudioPeakLoudness': 0.0002 } },
    'a video',
  ],
  [
    'a GIF that repeats',
    'a',
    { assetExt: 'gif', duration: 1, metadata: { 'GIF:AnimationIterations': 'Infinite' } },
    'a animated animated_gif',
  ],
  [
    'a GIF that does not say',
    'a',
    { assetExt: 'gif', duration: 1 },
    'a animated animated_gif non-repeating_animation',
  ],
  [
    'a PNG that stops',
    'a',
    { assetExt: 'png', duration: 1, metadata: { 'PNG:AnimationPlays': 2 } },
    'a animated animated_png non-repeating_animation',
  ],
  ['a rotated JPEG', 'a', { metadata: { 'IFD0:Orientation': 'Rotate 90 CW' } }, 'a exif_rotation'],
  ['a rotated PNG', 'a', { assetExt: 'png', metadata: { 'IFD0:Orientation': 'Rotate 90 CW' } }, 'a'],
  ['a grey picture', 'a', { metadata: { 'File:ColorComponents': 1 } }, 'a greyscale'],
  ['a picture said to be grey', 'a greyscale', {}, 'a greyscale'],
  ['a generated picture', 'a', { metadata: { 'PNG:Software': 'NovelAI' } }, 'a ai-generated'],
]

describe('automatic tags', () => {
  for (const [what, tags, file, expected] of cases) {
    test(`of ${what}`, () => {
      const found = withAutomaticTags(tags.split(' ').filter(Boolean), { ...still, ...file })
      assert.equal([...found].sort().join(' '), expected)
    })
  }

  test('of a post with many tags', () => {
    assert.equal(withAutomaticTags([...many, 'tagme'], still).has('tagme'), false)
  })
})

describe('other tags that come by themselves', () => {
  test('are contained in names', () => {
    const tags = tagsBeforeImplications(['chen_(cosplay)', 'test_school_uniform', 'big_(meme)'], still)
    assert.deepEqual(tags.sort(), [
      'big_(meme)',
      'chen',
      'chen_(cosplay)',
      'cosplay',
      'meme',
      'school_uniform',
      'test_school_uniform',
    ])
  })

  test('are implied, over any number of steps', () => {
    const implications = new Map([
      ['a', ['b']],
      ['b', ['b1', 'c']],
      ['c', ['a']],
    ])
    assert.deepEqual(withImpliedTags(['z', 'a'], implications), ['a', 'b', 'b1', 'c', 'z'])
  })
})

const words: Record<string, string[]> = {
  very_long_hair: ['very', 'long', 'hair'],
  'k-on!': ['k', 'on'],
  'nyoro~n': ['nyoro~n'],
  '.hack//g.u.': ['hack', 'g', 'u'],
  "yu-gi-oh!_5d's": ['yu', 'gi', 'oh', "5d's"],
  "jack-o'-lantern": ['jack', 'o', 'lantern'],
  'tiger_&_bunny': ['tiger', 'bunny'],
  'd.va_(overwatch)': ['d', 'va', 'overwatch'],
  "girls'_frontline": ['girls', 'frontline'],
  ':o': [':o'],
  'k-----s': ['k-----s'],
}

describe('the words of a tag', () => {
  for (const [name, expected] of Object.entries(words)) {
    test(name, () => assert.deepEqual(tagWords(name), expected))
  }
})
