-- Danbooru's database at commit b43a913ad7280a8d82b9c3c11b1df4b683e21113 (5 November 2022): tables and sequences.
--
-- `serial` and `bigserial` make a sequence <table>_<column>_seq owned by the column. Some sequences count in
-- bigint behind an integer column; those are widened after their table. Timestamps hold UTC.

CREATE TABLE ai_tags (
  media_asset_id integer NOT NULL,
  tag_id integer NOT NULL,
  score smallint NOT NULL
);

CREATE TABLE api_keys (
  id serial PRIMARY KEY,
  user_id integer NOT NULL,
  key character varying NOT NULL,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  name character varying NOT NULL DEFAULT '',
  permissions character varying[] NOT NULL DEFAULT '{}',
  permitted_ip_addresses inet[] NOT NULL DEFAULT '{}',
  uses integer NOT NULL DEFAULT 0,
  last_used_at timestamp without time zone,
  last_ip_address inet
);

CREATE TABLE ar_internal_metadata (
  key character varying PRIMARY KEY,
  value character varying,
  created_at timestamp(6) without time zone NOT NULL,
  updated_at timestamp(6) without time zone NOT NULL
);

CREATE TABLE artist_commentaries (
  id serial PRIMARY KEY,
  post_id integer NOT NULL,
  original_title text NOT NULL DEFAULT '',
  original_description text NOT NULL DEFAULT '',
  translated_title text NOT NULL DEFAULT '',
  translated_description text NOT NULL DEFAULT '',
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL
);

CREATE TABLE artist_commentary_versions (
  id serial PRIMARY KEY,
  post_id integer NOT NULL,
  updater_id integer NOT NULL,
  original_title text NOT NULL DEFAULT '',
  original_description text NOT NULL DEFAULT '',
  translated_title text NOT NULL DEFAULT '',
  translated_description text NOT NULL DEFAULT '',
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL
);

CREATE TABLE artist_urls (
  id serial PRIMARY KEY,
  artist_id integer NOT NULL,
  url character varying NOT NULL,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  is_active boolean NOT NULL DEFAULT true
);

CREATE TABLE artist_versions (
  id serial PRIMARY KEY,
  artist_id integer NOT NULL,
  name character varying NOT NULL,
  updater_id integer NOT NULL,
  is_deleted boolean NOT NULL DEFAULT false,
  group_name character varying NOT NULL DEFAULT '',
  is_banned boolean NOT NULL DEFAULT false,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  other_names text[] NOT NULL DEFAULT '{}',
  urls text[] NOT NULL DEFAULT '{}'
);

CREATE TABLE artists (
  id serial PRIMARY KEY,
  name character varying NOT NULL,
  is_deleted boolean NOT NULL DEFAULT false,
  is_banned boolean NOT NULL DEFAULT false,
  group_name character varying NOT NULL DEFAULT '',
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  other_names text[] NOT NULL DEFAULT '{}'
);

CREATE TABLE bans (
  id serial PRIMARY KEY,
  user_id integer NOT NULL,
  reason text NOT NULL,
  banner_id integer NOT NULL,
  duration interval NOT NULL,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL
);

CREATE TABLE bulk_update_requests (
  id serial PRIMARY KEY,
  user_id integer NOT NULL,
  forum_topic_id integer,
  script text NOT NULL,
  status character varying NOT NULL DEFAULT 'pending',
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  approver_id integer,
  forum_post_id integer,
  tags text[] NOT NULL DEFAULT '{}'
);

CREATE TABLE comment_votes (
  id serial PRIMARY KEY,
  comment_id integer NOT NULL,
  user_id integer NOT NULL,
  score integer NOT NULL,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  is_deleted boolean NOT NULL DEFAULT false
);

CREATE TABLE comments (
  id serial PRIMARY KEY,
  post_id integer NOT NULL,
  creator_id integer NOT NULL,
  body text NOT NULL,
  score integer NOT NULL DEFAULT 0,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  updater_id integer,
  do_not_bump_post boolean NOT NULL DEFAULT false,
  is_deleted boolean NOT NULL DEFAULT false,
  is_sticky boolean NOT NULL DEFAULT false
);

CREATE TABLE dmails (
  id serial PRIMARY KEY,
  owner_id integer NOT NULL,
  from_id integer NOT NULL,
  to_id integer NOT NULL,
  title text NOT NULL,
  body text NOT NULL,
  is_read boolean NOT NULL DEFAULT false,
  is_deleted boolean NOT NULL DEFAULT false,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  is_spam boolean NOT NULL DEFAULT false
);

CREATE TABLE dtext_links (
  id bigserial PRIMARY KEY,
  created_at timestamp(6) without time zone NOT NULL,
  updated_at timestamp(6) without time zone NOT NULL,
  model_type character varying NOT NULL,
  model_id bigint NOT NULL,
  link_type integer NOT NULL,
  link_target character varying NOT NULL
);

CREATE TABLE email_addresses (
  id bigserial PRIMARY KEY,
  created_at timestamp(6) without time zone NOT NULL,
  updated_at timestamp(6) without time zone NOT NULL,
  user_id bigint NOT NULL,
  address character varying NOT NULL,
  normalized_address character varying NOT NULL,
  is_verified boolean NOT NULL DEFAULT false,
  is_deliverable boolean NOT NULL DEFAULT true
);

CREATE TABLE favorite_groups (
  id serial PRIMARY KEY,
  name text NOT NULL,
  creator_id integer NOT NULL,
  post_ids integer[] NOT NULL DEFAULT '{}',
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  is_public boolean NOT NULL DEFAULT true
);

CREATE TABLE favorites (
  id serial PRIMARY KEY,
  user_id integer NOT NULL,
  post_id integer NOT NULL
);

ALTER SEQUENCE favorites_id_seq AS bigint;

CREATE TABLE forum_post_votes (
  id serial PRIMARY KEY,
  forum_post_id integer NOT NULL,
  creator_id integer NOT NULL,
  score integer NOT NULL,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL
);

ALTER SEQUENCE forum_post_votes_id_seq AS bigint;

CREATE TABLE forum_posts (
  id serial PRIMARY KEY,
  topic_id integer NOT NULL,
  creator_id integer NOT NULL,
  updater_id integer NOT NULL,
  body text NOT NULL,
  is_deleted boolean NOT NULL DEFAULT false,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL
);

CREATE TABLE forum_topic_visits (
  id serial PRIMARY KEY,
  user_id integer NOT NULL,
  forum_topic_id integer NOT NULL,
  last_read_at timestamp without time zone NOT NULL,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL
);

CREATE TABLE forum_topics (
  id serial PRIMARY KEY,
  creator_id integer NOT NULL,
  updater_id integer NOT NULL,
  title text NOT NULL,
  response_count integer NOT NULL DEFAULT 0,
  is_sticky boolean NOT NULL DEFAULT false,
  is_locked boolean NOT NULL DEFAULT false,
  is_deleted boolean NOT NULL DEFAULT false,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  category_id integer NOT NULL DEFAULT 0,
  min_level integer NOT NULL DEFAULT 0
);

CREATE TABLE good_job_processes (
  id uuid PRIMARY KEY DEFAULT public.gen_random_uuid(),
  created_at timestamp(6) without time zone NOT NULL,
  updated_at timestamp(6) without time zone NOT NULL,
  state jsonb
);

CREATE TABLE good_job_settings (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  created_at timestamp(6) without time zone NOT NULL,
  updated_at timestamp(6) without time zone NOT NULL,
  key text,
  value jsonb
);

CREATE TABLE good_jobs (
  id uuid PRIMARY KEY DEFAULT public.gen_random_uuid(),
  queue_name text,
  priority integer,
  serialized_params jsonb,
  scheduled_at timestamp without time zone,
  performed_at timestamp without time zone,
  finished_at timestamp without time zone,
  error text,
  created_at timestamp(6) without time zone NOT NULL,
  updated_at timestamp(6) without time zone NOT NULL,
  active_job_id uuid,
  concurrency_key text,
  cron_key text,
  retried_good_job_id uuid,
  cron_at timestamp without time zone
);

CREATE TABLE ip_bans (
  id serial PRIMARY KEY,
  creator_id integer NOT NULL,
  ip_addr inet NOT NULL,
  reason text NOT NULL,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  is_deleted boolean NOT NULL DEFAULT false,
  category integer NOT NULL DEFAULT 0,
  hit_count integer NOT NULL DEFAULT 0,
  last_hit_at timestamp without time zone
);

CREATE TABLE ip_geolocations (
  id bigserial PRIMARY KEY,
  created_at timestamp(6) without time zone NOT NULL,
  updated_at timestamp(6) without time zone NOT NULL,
  ip_addr inet NOT NULL,
  network inet,
  asn integer,
  is_proxy boolean NOT NULL,
  latitude double precision,
  longitude double precision,
  organization character varying,
  time_zone character varying,
  continent character varying,
  country character varying,
  region character varying,
  city character varying,
  carrier character varying
);

CREATE TABLE media_assets (
  id bigserial PRIMARY KEY,
  created_at timestamp(6) without time zone NOT NULL,
  updated_at timestamp(6) without time zone NOT NULL,
  md5 character varying NOT NULL,
  file_ext character varying NOT NULL,
  file_size integer NOT NULL,
  image_width integer NOT NULL,
  image_height integer NOT NULL,
  duration double precision,
  status integer NOT NULL DEFAULT 200,
  file_key character varying,
  is_public boolean NOT NULL DEFAULT true
);

CREATE TABLE media_metadata (
  id bigserial PRIMARY KEY,
  created_at timestamp(6) without time zone NOT NULL,
  updated_at timestamp(6) without time zone NOT NULL,
  media_asset_id bigint NOT NULL,
  metadata jsonb NOT NULL DEFAULT '"{}"'
);

CREATE TABLE mod_actions (
  id serial PRIMARY KEY,
  creator_id integer NOT NULL,
  description text NOT NULL,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  category integer NOT NULL,
  subject_type character varying,
  subject_id integer
);

CREATE TABLE moderation_reports (
  id serial PRIMARY KEY,
  created_at timestamp(6) without time zone NOT NULL,
  updated_at timestamp(6) without time zone NOT NULL,
  model_type character varying NOT NULL,
  model_id integer NOT NULL,
  creator_id integer NOT NULL,
  reason text NOT NULL,
  status integer NOT NULL DEFAULT 0
);

ALTER SEQUENCE moderation_reports_id_seq AS bigint;

CREATE TABLE news_updates (
  id serial PRIMARY KEY,
  message text NOT NULL,
  creator_id integer NOT NULL,
  updater_id integer NOT NULL,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL
);

CREATE TABLE note_versions (
  id serial PRIMARY KEY,
  note_id integer NOT NULL,
  post_id integer NOT NULL,
  updater_id integer NOT NULL,
  x integer NOT NULL,
  y integer NOT NULL,
  width integer NOT NULL,
  height integer NOT NULL,
  is_active boolean NOT NULL DEFAULT true,
  body text NOT NULL,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  version integer NOT NULL DEFAULT 0
);

CREATE TABLE notes (
  id serial PRIMARY KEY,
  post_id integer NOT NULL,
  x integer NOT NULL,
  y integer NOT NULL,
  width integer NOT NULL,
  height integer NOT NULL,
  is_active boolean NOT NULL DEFAULT true,
  body text NOT NULL,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  version integer NOT NULL DEFAULT 0
);

CREATE TABLE pixiv_ugoira_frame_data (
  id serial PRIMARY KEY,
  post_id integer,
  data text NOT NULL,
  content_type character varying NOT NULL,
  md5 character varying
);

CREATE TABLE pool_versions (
  id bigserial PRIMARY KEY,
  created_at timestamp(6) without time zone NOT NULL,
  updated_at timestamp(6) without time zone NOT NULL,
  pool_id bigint NOT NULL,
  updater_id bigint NOT NULL,
  version integer NOT NULL DEFAULT 1,
  name text NOT NULL,
  description text NOT NULL DEFAULT '',
  category character varying NOT NULL,
  is_active boolean NOT NULL DEFAULT true,
  is_deleted boolean NOT NULL DEFAULT false,
  description_changed boolean NOT NULL DEFAULT false,
  name_changed boolean NOT NULL DEFAULT false,
  post_ids integer[] NOT NULL DEFAULT '{}',
  added_post_ids integer[] NOT NULL DEFAULT '{}',
  removed_post_ids integer[] NOT NULL DEFAULT '{}'
);

CREATE TABLE pools (
  id serial PRIMARY KEY,
  name text NOT NULL,
  description text,
  is_active boolean NOT NULL DEFAULT true,
  post_ids integer[] NOT NULL DEFAULT '{}',
  is_deleted boolean NOT NULL DEFAULT false,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  category character varying NOT NULL DEFAULT 'series'
);

CREATE TABLE post_appeals (
  id serial PRIMARY KEY,
  post_id integer NOT NULL,
  creator_id integer NOT NULL,
  reason text NOT NULL,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  status integer NOT NULL DEFAULT 0
);

CREATE TABLE post_approvals (
  id serial PRIMARY KEY,
  user_id integer NOT NULL,
  post_id integer NOT NULL,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL
);

CREATE TABLE post_disapprovals (
  id serial PRIMARY KEY,
  user_id integer NOT NULL,
  post_id integer NOT NULL,
  created_at timestamp without time zone,
  updated_at timestamp without time zone,
  reason character varying NOT NULL,
  message text
);

CREATE TABLE post_flags (
  id serial PRIMARY KEY,
  post_id integer NOT NULL,
  creator_id integer NOT NULL,
  reason text NOT NULL,
  is_resolved boolean NOT NULL DEFAULT false,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  status integer NOT NULL DEFAULT 0
);

CREATE TABLE post_replacements (
  id serial PRIMARY KEY,
  post_id integer NOT NULL,
  creator_id integer NOT NULL,
  original_url character varying NOT NULL,
  replacement_url character varying NOT NULL,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  old_file_ext character varying,
  old_file_size integer,
  old_image_width integer,
  old_image_height integer,
  old_md5 character varying,
  file_ext character varying,
  file_size integer,
  image_width integer,
  image_height integer,
  md5 character varying
);

CREATE TABLE post_versions (
  id bigserial PRIMARY KEY,
  created_at timestamp(6) without time zone NOT NULL,
  updated_at timestamp(6) without time zone NOT NULL,
  post_id bigint NOT NULL,
  updater_id bigint NOT NULL,
  version integer NOT NULL DEFAULT 1,
  parent_changed boolean NOT NULL DEFAULT false,
  rating_changed boolean NOT NULL DEFAULT false,
  source_changed boolean NOT NULL DEFAULT false,
  parent_id integer,
  rating character varying(1) NOT NULL,
  source text NOT NULL DEFAULT '',
  tags text NOT NULL DEFAULT '',
  added_tags text[] NOT NULL DEFAULT '{}',
  removed_tags text[] NOT NULL DEFAULT '{}'
);

CREATE TABLE post_votes (
  id serial PRIMARY KEY,
  post_id integer NOT NULL,
  user_id integer NOT NULL,
  score integer NOT NULL,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  is_deleted boolean DEFAULT false
);

CREATE TABLE posts (
  id serial PRIMARY KEY,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  up_score integer NOT NULL DEFAULT 0,
  down_score integer NOT NULL DEFAULT 0,
  score integer NOT NULL DEFAULT 0,
  source character varying NOT NULL DEFAULT '',
  md5 character varying NOT NULL,
  rating character(1) NOT NULL DEFAULT 'q',
  is_pending boolean NOT NULL DEFAULT false,
  is_flagged boolean NOT NULL DEFAULT false,
  is_deleted boolean NOT NULL DEFAULT false,
  uploader_id integer NOT NULL,
  approver_id integer,
  last_noted_at timestamp without time zone,
  last_comment_bumped_at timestamp without time zone,
  fav_count integer NOT NULL DEFAULT 0,
  tag_string text NOT NULL DEFAULT '',
  tag_count integer NOT NULL DEFAULT 0,
  tag_count_general integer NOT NULL DEFAULT 0,
  tag_count_artist integer NOT NULL DEFAULT 0,
  tag_count_character integer NOT NULL DEFAULT 0,
  tag_count_copyright integer NOT NULL DEFAULT 0,
  file_ext character varying NOT NULL,
  file_size integer NOT NULL,
  image_width integer NOT NULL,
  image_height integer NOT NULL,
  parent_id integer,
  has_children boolean NOT NULL DEFAULT false,
  is_banned boolean NOT NULL DEFAULT false,
  pixiv_id integer,
  last_commented_at timestamp without time zone,
  has_active_children boolean DEFAULT false,
  bit_flags bigint NOT NULL DEFAULT 0,
  tag_count_meta integer NOT NULL DEFAULT 0
);

CREATE UNLOGGED TABLE rate_limits (
  id bigserial PRIMARY KEY,
  created_at timestamp(6) without time zone NOT NULL,
  updated_at timestamp(6) without time zone NOT NULL,
  limited boolean NOT NULL DEFAULT false,
  points double precision NOT NULL,
  action character varying NOT NULL,
  key character varying NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE saved_searches (
  id serial PRIMARY KEY,
  user_id integer NOT NULL,
  query character varying NOT NULL,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  labels text[] NOT NULL DEFAULT '{}'
);

CREATE TABLE schema_migrations (
  version character varying PRIMARY KEY
);

CREATE TABLE tag_aliases (
  id serial PRIMARY KEY,
  antecedent_name character varying NOT NULL,
  consequent_name character varying NOT NULL,
  creator_id integer NOT NULL,
  forum_topic_id integer,
  status character varying NOT NULL DEFAULT 'active'::text,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  approver_id integer,
  forum_post_id integer,
  reason text NOT NULL DEFAULT ''
);

CREATE TABLE tag_implications (
  id serial PRIMARY KEY,
  antecedent_name character varying NOT NULL,
  consequent_name character varying NOT NULL,
  creator_id integer NOT NULL,
  forum_topic_id integer,
  status character varying NOT NULL DEFAULT 'active'::text,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  approver_id integer,
  forum_post_id integer,
  reason text NOT NULL DEFAULT ''
);

CREATE TABLE tag_versions (
  id serial PRIMARY KEY,
  created_at timestamp(6) without time zone NOT NULL,
  updated_at timestamp(6) without time zone NOT NULL,
  tag_id integer NOT NULL,
  updater_id integer,
  previous_version_id integer,
  version integer NOT NULL,
  name character varying NOT NULL,
  category integer NOT NULL,
  is_deprecated boolean NOT NULL
);

ALTER SEQUENCE tag_versions_id_seq AS bigint;

CREATE TABLE tags (
  id serial PRIMARY KEY,
  name character varying NOT NULL,
  post_count integer NOT NULL DEFAULT 0,
  category integer NOT NULL DEFAULT 0,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  is_deprecated boolean NOT NULL DEFAULT false,
  words character varying[] NOT NULL DEFAULT '{}'
);

CREATE TABLE upgrade_codes (
  id bigserial PRIMARY KEY,
  created_at timestamp(6) without time zone NOT NULL,
  updated_at timestamp(6) without time zone NOT NULL,
  code character varying NOT NULL,
  status integer NOT NULL,
  creator_id integer NOT NULL,
  redeemer_id integer,
  user_upgrade_id integer
);

CREATE TABLE upload_media_assets (
  id bigserial PRIMARY KEY,
  created_at timestamp(6) without time zone NOT NULL,
  updated_at timestamp(6) without time zone NOT NULL,
  upload_id bigint NOT NULL,
  media_asset_id bigint,
  status integer NOT NULL DEFAULT 0,
  source_url character varying NOT NULL DEFAULT '',
  error character varying,
  page_url character varying
);

CREATE TABLE uploads (
  id serial PRIMARY KEY,
  source character varying,
  uploader_id integer NOT NULL,
  status character varying NOT NULL DEFAULT 'pending'::text,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  referer_url character varying,
  error text,
  media_asset_count integer NOT NULL DEFAULT 0
);

CREATE TABLE user_events (
  id serial PRIMARY KEY,
  created_at timestamp(6) without time zone NOT NULL,
  updated_at timestamp(6) without time zone NOT NULL,
  user_id integer NOT NULL,
  user_session_id integer NOT NULL,
  category integer NOT NULL
);

ALTER SEQUENCE user_events_id_seq AS bigint;

CREATE TABLE user_feedback (
  id serial PRIMARY KEY,
  user_id integer NOT NULL,
  creator_id integer NOT NULL,
  category character varying NOT NULL,
  body text NOT NULL,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  is_deleted boolean NOT NULL DEFAULT false
);

CREATE TABLE user_name_change_requests (
  id serial PRIMARY KEY,
  user_id integer NOT NULL,
  original_name character varying NOT NULL,
  desired_name character varying NOT NULL,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL
);

CREATE TABLE user_sessions (
  id bigserial PRIMARY KEY,
  created_at timestamp(6) without time zone NOT NULL,
  updated_at timestamp(6) without time zone NOT NULL,
  ip_addr inet NOT NULL,
  session_id character varying NOT NULL,
  user_agent character varying
);

CREATE TABLE user_upgrades (
  id serial PRIMARY KEY,
  created_at timestamp(6) without time zone NOT NULL,
  updated_at timestamp(6) without time zone NOT NULL,
  recipient_id integer NOT NULL,
  purchaser_id integer NOT NULL,
  upgrade_type integer NOT NULL,
  status integer NOT NULL,
  transaction_id character varying,
  payment_processor integer NOT NULL DEFAULT 0
);

ALTER SEQUENCE user_upgrades_id_seq AS bigint;

CREATE TABLE users (
  id serial PRIMARY KEY,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone,
  name character varying NOT NULL,
  inviter_id integer,
  level integer NOT NULL,
  last_logged_in_at timestamp without time zone,
  last_forum_read_at timestamp without time zone,
  post_upload_count integer NOT NULL,
  post_update_count integer NOT NULL,
  note_update_count integer NOT NULL,
  favorite_count integer NOT NULL,
  comment_threshold integer NOT NULL,
  default_image_size character varying NOT NULL,
  favorite_tags text,
  blacklisted_tags text,
  time_zone character varying NOT NULL,
  bcrypt_password_hash text NOT NULL,
  per_page integer NOT NULL,
  custom_style text,
  bit_prefs bigint NOT NULL,
  last_ip_addr inet,
  unread_dmail_count integer NOT NULL,
  theme integer NOT NULL,
  upload_points integer NOT NULL
);

CREATE TABLE wiki_page_versions (
  id serial PRIMARY KEY,
  wiki_page_id integer NOT NULL,
  updater_id integer NOT NULL,
  title character varying NOT NULL,
  body text NOT NULL,
  is_locked boolean NOT NULL,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  other_names text[] NOT NULL DEFAULT '{}',
  is_deleted boolean NOT NULL DEFAULT false
);

CREATE TABLE wiki_pages (
  id serial PRIMARY KEY,
  title character varying NOT NULL,
  body text NOT NULL,
  is_locked boolean NOT NULL DEFAULT false,
  created_at timestamp without time zone NOT NULL,
  updated_at timestamp without time zone NOT NULL,
  other_names text[] NOT NULL DEFAULT '{}',
  is_deleted boolean NOT NULL DEFAULT false
);
