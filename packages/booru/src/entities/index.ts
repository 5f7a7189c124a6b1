import { ApiKey } from './api-keys.ts'
import { Ban } from './bans.ts'
import { BulkUpdateRequest } from './bulk-update-requests.ts'
import { Dmail } from './dmails.ts'
import { DtextLink } from './dtext-links.ts'
import { EmailAddress } from './email-addresses.ts'
import { FavoriteGroup } from './favorite-groups.ts'
import { Favorite } from './favorites.ts'
import { ForumPost, ForumTopic, ForumTopicVisit } from './forum.ts'
import { GoodJob } from './good-jobs.ts'
import { MediaAsset } from './media-assets.ts'
import { ModAction } from './mod-actions.ts'
import { PostAppeal, PostApproval, PostDisapproval, PostFlag } from './post-moderation.ts'
import { PostVersion } from './post-versions.ts'
import { PostVote } from './post-votes.ts'
import { Post } from './posts.ts'
import { RateLimit } from './rate-limits.ts'
import { SavedSearch } from './saved-searches.ts'
import { TagAlias, TagImplication } from './tag-relationships.ts'
import { Tag } from './tags.ts'
import { Upload, UploadMediaAsset } from './uploads.ts'
import { UserEvent, UserSession } from './user-events.ts'
import { UserFeedback } from './user-feedback.ts'
import { UserNameChangeRequest } from './user-name-change-requests.ts'
import { User } from './users.ts'

/** Every table of Danbooru that the services work on. */
export const booruEntities = [
  User,
  EmailAddress,
  ApiKey,
  Favorite,
  PostVote,
  FavoriteGroup,
  SavedSearch,
  ForumTopic,
  ForumPost,
  ForumTopicVisit,
  UserSession,
  UserEvent,
  UserNameChangeRequest,
  ModAction,
  Dmail,
  UserFeedback,
  Ban,
  RateLimit,
  BulkUpdateRequest,
  PostDisapproval,
  PostFlag,
  PostAppeal,
  PostApproval,
  TagAlias,
  TagImplication,
  Tag,
  Post,
  PostVersion,
  MediaAsset,
  Upload,
  UploadMediaAsset,
  DtextLink,
  GoodJob,
]

export * from './api-keys.ts'
export * from './bans.ts'
export * from './bulk-update-requests.ts'
export * from './dmails.ts'
export * from './dtext-links.ts'
export * from './email-addresses.ts'
export * from './favorite-groups.ts'
export * from './favorites.ts'
export * from './forum.ts'
export * from './good-jobs.ts'
export * from './media-assets.ts'
export * from './mod-actions.ts'
export * from './post-moderation.ts'
export * from './post-versions.ts'
export * from './post-votes.ts'
export * from './posts.ts'
export * from './rate-limits.ts'
export * from './saved-searches.ts'
export * from './tag-relationships.ts'
export * from './tags.ts'
export * from './uploads.ts'
export * from './user-events.ts'
export * from './user-feedback.ts'
export * from './user-name-change-requests.ts'
export * from './users.ts'
