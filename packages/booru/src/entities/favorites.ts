import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import { id } from './columns.ts'

/** A post that a user favorited; counted in `posts.fav_count` and `users.favorite_count`. */
export const Favorite = defineEntity({
  name: 'Favorite',
  tableName: 'favorites',
  properties: {
    id: id(),
    userId: p.integer(),
    postId: p.integer(),
  },
})
export type Favorite = InferEntity<typeof Favorite>
