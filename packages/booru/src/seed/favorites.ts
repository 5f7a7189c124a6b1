import type { EntityManager } from '@mikro-orm/postgresql'
import { Favorite, FavoriteGroup, PostVote, SavedSearch } from '../entities/index.ts'
import { type Ago, written } from './ago.ts'
import { accounts } from './users.ts'

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i)

/** The gold account keeps its favorites private; that of the member are public. */
const favorites: [userId: number, postIds: number[]][] = [
  [accounts.gold, range(1, 12)],
  [accounts.member, range(5, 15)],
  [accounts.platinum, range(1, 3)],
]

const votes: [userId: number, score: 1 | -1, postIds: number[]][] = [
  [accounts.gold, 1, range(1, 8)],
  [accounts.gold, -1, range(20, 23)],
  [accounts.member, 1, range(5, 9)],
  [accounts.member, -1, [24]],
  [accounts.voter, 1, range(1, 5)],
  [accounts.voter, -1, range(20, 21)],
]

const groups: [creatorId: number, name: string, isPublic: boolean, postIds: number[]][] = [
  [accounts.gold, 'wallpapers', true, [3, 2, 1]],
  [accounts.gold, 'for_my_eyes_only', false, [7, 9]],
  [accounts.member, 'hats', true, [2, 3]],
]

const searches: [userId: number, query: string, labels: string[]][] = [
  [accounts.gold, 'touhou solo', ['daily']],
  [accounts.gold, 'hatsune_miku rating:g', []],
  [accounts.member, '1girl hat', ['hats', 'weekly']],
]

/** Favorites, votes, favorite groups and saved searches. */
export function seedFavorites(em: EntityManager, ago: Ago): void {
  for (const [userId, postIds] of favorites) {
    for (const postId of postIds) em.create(Favorite, { userId, postId })
  }
  for (const [userId, score, postIds] of votes) {
    for (const postId of postIds) em.create(PostVote, { ...written(ago(9)), userId, postId, score })
  }
  em.create(PostVote, { ...written(ago(9)), userId: accounts.voter, postId: 6, score: -1, isDeleted: true })
  for (const [creatorId, name, isPublic, postIds] of groups) {
    em.create(FavoriteGroup, { ...written(ago(8)), creatorId, name, isPublic, postIds })
  }
  for (const [userId, query, labels] of searches) {
    em.create(SavedSearch, { ...written(ago(7)), userId, query, labels })
  }
}
