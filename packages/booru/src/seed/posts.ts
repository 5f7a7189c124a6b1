import { createHash } from 'node:crypto'
import type { EntityManager } from '@mikro-orm/postgresql'
import { MediaAsset, Post, type Rating, Tag, tagCategories } from '../entities/index.ts'
import { type Ago, written } from './ago.ts'
import { accounts } from './users.ts'

/** Tags by category; `unused_tag` and those named `empty_…` are on no post. */
const tags = {
  general: `1girl 1boy solo multiple_girls long_hair short_hair blue_eyes smile hat sky cloud night tree sitting
    from_above long_ago unused_tag empty_consequent empty_antecedent`,
  artist: 'hokusai_fan kitsune_atelier',
  copyright: 'original touhou vocaloid',
  character: 'hakurei_reimu kirisame_marisa hatsune_miku',
  meta: 'highres absurdres commentary',
} satisfies Record<keyof typeof tagCategories, string>

/** What the posts show, in turn. */
const scenes = [
  '1girl solo long_hair smile original hokusai_fan highres',
  'hakurei_reimu touhou 1girl solo short_hair hat kitsune_atelier',
  'kirisame_marisa touhou 1girl hat smile night sky highres',
  'hakurei_reimu kirisame_marisa touhou multiple_girls sitting tree kitsune_atelier absurdres',
  'hatsune_miku vocaloid 1girl solo long_hair blue_eyes commentary',
  '1boy solo short_hair original from_above hokusai_fan',
  'original sky cloud tree highres commentary',
]

const ratings: Rating[] = ['g', 's', 'q', 'e']
const uploaders = [accounts.contributor, accounts.builder, accounts.member, accounts.platinum]

/** The posts that maintenance or moderation has something to do with. The others are plain. */
export const notablePosts = {
  parent: 1,
  expiredPending: 33,
  freshPending: 34,
  expiredFlagged: 35,
  freshFlagged: 36,
  expiredAppealed: 37,
  freshAppealed: 38,
  child: 39,
  threeYearsOld: 40,
} as const

const special: Record<number, { days?: number; isPending?: true; isFlagged?: true; isDeleted?: true }> = {
  [notablePosts.expiredPending]: { days: 5, isPending: true },
  [notablePosts.freshPending]: { days: 1, isPending: true },
  [notablePosts.expiredFlagged]: { isFlagged: true },
  [notablePosts.freshFlagged]: { isFlagged: true },
  [notablePosts.expiredAppealed]: { isDeleted: true },
  [notablePosts.freshAppealed]: { isDeleted: true },
  [notablePosts.threeYearsOld]: { days: 3 * 366 },
}

const postCount = 40

/** Forty posts with their files and tags. Counters are left to `countEverything`. */
export function seedPosts(em: EntityManager, ago: Ago): void {
  for (const [category, names] of Object.entries(tagCategories).map(tagsOf)) {
    for (const name of names) {
      em.create(Tag, { ...written(ago(390)), name, category, words: name.split('_') })
    }
  }
  for (let id = 1; id <= postCount; id++) seedPost(em, ago, id)
}

function tagsOf([name, category]: [string, (typeof tagCategories)[keyof typeof tagCategories]]) {
  const names = Object.entries(tags).find(([key]) => key === name)?.[1] ?? ''
  return [category, names.split(/\s+/)] as const
}

function seedPost(em: EntityManager, ago: Ago, id: number): void {
  const { days, ...state } = special[id] ?? {}
  const at = ago(days ?? 100 - 2 * id)
  const file = {
    md5: createHash('md5').update(`post ${id}`).digest('hex'),
    fileExt: id % 5 === 0 ? 'png' : 'jpg',
    fileSize: 100_000 + 1_000 * id,
    imageWidth: 1200 + 10 * id,
    imageHeight: 900 + 20 * id,
  }
  em.create(MediaAsset, { ...written(at), ...file, fileKey: `seed${String(id).padStart(5, '0')}` })
  em.create(Post, {
    ...written(at),
    ...file,
    ...state,
    id,
    tagString: tagString(id),
    rating: ratings[id % ratings.length] ?? 'g',
    uploaderId: uploaders[id % uploaders.length] ?? accounts.member,
    approverId: state.isPending ? null : accounts.approver,
    parentId: id === notablePosts.child ? notablePosts.parent : null,
    source: `https://example.com/works/${id}`,
  })
}

function tagString(id: number): string {
  const scene = scenes[id % scenes.length] ?? ''
  const old = id === notablePosts.threeYearsOld ? ' long_ago' : ''
  return (scene + old).split(' ').sort().join(' ')
}
