import type { EntityManager } from '@mikro-orm/postgresql'
import {
  GoodJob,
  moderationStatus,
  PostAppeal,
  PostApproval,
  PostDisapproval,
  PostFlag,
  RateLimit,
  TagAlias,
  TagImplication,
} from '../entities/index.ts'
import { type Ago, written } from './ago.ts'
import { notablePosts } from './posts.ts'
import { accounts } from './users.ts'

/** Something to do for every maintenance job, each next to a row that it must leave alone. */
export function seedUpkeep(em: EntityManager, ago: Ago): void {
  seedModeration(em, ago)
  seedTagRelationships(em, ago)
  for (const [name, days] of Object.entries({ gold: 2 / 24, member: 3 / 24, voter: 1 / 1440 })) {
    em.create(RateLimit, { ...written(ago(days)), action: 'posts:update', key: `users/${name}`, points: 3.5 })
  }
  for (const [index, days] of [9, 8, 1].entries()) {
    const jobId = `00000000-0000-4000-8000-00000000000${index + 1}`
    em.create(GoodJob, {
      ...written(ago(days)),
      queueName: 'default',
      priority: 0,
      activeJobId: jobId,
      serializedParams: { job_class: 'PrunePostsJob', job_id: jobId, queue_name: 'default', arguments: [] },
      performedAt: ago(days),
      finishedAt: ago(days),
    })
  }
}

function seedModeration(em: EntityManager, ago: Ago): void {
  const flagger = { creatorId: accounts.builder, reason: 'Poor quality' }
  em.create(PostFlag, { ...written(ago(5)), ...flagger, postId: notablePosts.expiredFlagged })
  em.create(PostFlag, { ...written(ago(1)), ...flagger, postId: notablePosts.freshFlagged })

  const appealer = { creatorId: accounts.contributor, reason: 'It is fine' }
  em.create(PostAppeal, { ...written(ago(5)), ...appealer, postId: notablePosts.expiredAppealed })
  em.create(PostAppeal, { ...written(ago(1)), ...appealer, postId: notablePosts.freshAppealed })
  for (const postId of [notablePosts.expiredAppealed, notablePosts.freshAppealed]) {
    em.create(PostFlag, {
      ...written(ago(20)),
      postId,
      creatorId: accounts.DanbooruBot,
      reason: 'Unapproved in three days',
      status: moderationStatus.succeeded,
    })
  }

  const disapproval = { userId: accounts.idle_approver, reason: 'poor_quality' } as const
  em.create(PostDisapproval, { ...written(ago(62)), ...disapproval, postId: 10 })
  em.create(PostDisapproval, { ...written(ago(1)), ...disapproval, postId: notablePosts.freshPending })
  em.create(PostApproval, { ...written(ago(90)), userId: accounts.idle_approver, postId: 2 })
}

function seedTagRelationships(em: EntityManager, ago: Ago): void {
  const old = { ...written(ago(3 * 366)), creatorId: accounts.builder, approverId: accounts.admin }
  const recent = { ...written(ago(20)), creatorId: accounts.builder, approverId: accounts.admin }
  em.create(TagAlias, { ...old, antecedentName: 'way_back', consequentName: 'long_ago' })
  em.create(TagAlias, { ...old, antecedentName: 'grin', consequentName: 'smile' })
  em.create(TagAlias, { ...recent, antecedentName: 'nothing', consequentName: 'empty_consequent' })
  em.create(TagImplication, { ...recent, antecedentName: 'empty_antecedent', consequentName: 'hat' })
  em.create(TagImplication, { ...old, antecedentName: 'absurdres', consequentName: 'highres' })
}
