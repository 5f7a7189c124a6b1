-- Danbooru's database at commit b43a913ad7280a8d82b9c3c11b1df4b683e21113 (5 November 2022): indexes besides the primary keys.

-- ai_tags
CREATE INDEX index_ai_tags_on_media_asset_id ON ai_tags (media_asset_id);
CREATE INDEX index_ai_tags_on_score ON ai_tags (score);
CREATE INDEX index_ai_tags_on_tag_id_and_score ON ai_tags (tag_id, score);

-- api_keys
CREATE UNIQUE INDEX index_api_keys_on_key ON api_keys (key);
CREATE INDEX index_api_keys_on_user_id ON api_keys (user_id);

-- artist_commentaries
CREATE INDEX index_artist_commentaries_on_created_at ON artist_commentaries (created_at);
CREATE UNIQUE INDEX index_artist_commentaries_on_post_id ON artist_commentaries (post_id);
CREATE INDEX index_artist_commentaries_on_to_tsvector_original_description
  ON artist_commentaries USING gin (to_tsvector('english'::regconfig, original_description));
CREATE INDEX index_artist_commentaries_on_to_tsvector_original_title
  ON artist_commentaries USING gin (to_tsvector('english'::regconfig, original_title));
CREATE INDEX index_artist_commentaries_on_to_tsvector_translated_description
  ON artist_commentaries USING gin (to_tsvector('english'::regconfig, translated_description));
CREATE INDEX index_artist_commentaries_on_to_tsvector_translated_title
  ON artist_commentaries USING gin (to_tsvector('english'::regconfig, translated_title));

-- artist_commentary_versions
CREATE INDEX index_artist_commentary_versions_on_created_at ON artist_commentary_versions (created_at);
CREATE INDEX index_artist_commentary_versions_on_original_description
  ON artist_commentary_versions USING gin (to_tsvector('english'::regconfig, original_description));
CREATE INDEX index_artist_commentary_versions_on_original_title
  ON artist_commentary_versions USING gin (to_tsvector('english'::regconfig, original_title));
CREATE INDEX index_artist_commentary_versions_on_post_id ON artist_commentary_versions (post_id);
CREATE INDEX index_artist_commentary_versions_on_translated_description
  ON artist_commentary_versions USING gin (to_tsvector('english'::regconfig, translated_description));
CREATE INDEX index_artist_commentary_versions_on_translated_title
  ON artist_commentary_versions USING gin (to_tsvector('english'::regconfig, translated_title));
CREATE INDEX index_artist_commentary_versions_on_updater_id_and_created_at
  ON artist_commentary_versions (updater_id, created_at);
CREATE INDEX index_artist_commentary_versions_on_updater_id_and_post_id
  ON artist_commentary_versions (updater_id, post_id);

-- artist_urls
CREATE INDEX index_artist_urls_on_artist_id ON artist_urls (artist_id);
CREATE INDEX index_artist_urls_on_regexp_replace_lower_url
  ON artist_urls ((regexp_replace(lower(url::text), '^https?://|/$'::text, ''::text, 'g'::text) || '/'::text) text_pattern_ops);
CREATE INDEX index_artist_urls_on_url ON artist_urls (url text_pattern_ops);
CREATE INDEX index_artist_urls_on_url_trgm ON artist_urls USING gin (url gin_trgm_ops);

-- artist_versions
CREATE INDEX index_artist_versions_on_artist_id ON artist_versions (artist_id);
CREATE INDEX index_artist_versions_on_created_at ON artist_versions (created_at);
CREATE INDEX index_artist_versions_on_name ON artist_versions (name);
CREATE INDEX index_artist_versions_on_updater_id ON artist_versions (updater_id);
CREATE INDEX index_artist_versions_on_updater_id_and_created_at ON artist_versions (updater_id, created_at);

-- artists
CREATE INDEX index_artists_on_array_to_tsvector_other_names ON artists USING gin (array_to_tsvector(other_names));
CREATE INDEX index_artists_on_group_name ON artists (group_name);
CREATE INDEX index_artists_on_group_name_trgm ON artists USING gin (group_name gin_trgm_ops);
CREATE INDEX index_artists_on_is_banned ON artists (is_banned);
CREATE INDEX index_artists_on_is_deleted ON artists (is_deleted);
CREATE UNIQUE INDEX index_artists_on_name ON artists (name);
CREATE INDEX index_artists_on_name_trgm ON artists USING gin (name gin_trgm_ops);
CREATE INDEX index_artists_on_other_names ON artists USING gin (other_names);

-- bans
CREATE INDEX index_bans_on_banner_id ON bans (banner_id);
CREATE INDEX index_bans_on_created_at ON bans (created_at);
CREATE INDEX index_bans_on_duration ON bans (duration);
CREATE INDEX index_bans_on_user_id ON bans (user_id);
CREATE INDEX index_bans_on_user_id_and_created_at ON bans (user_id, created_at);

-- bulk_update_requests
CREATE INDEX index_bulk_update_requests_on_created_at ON bulk_update_requests (created_at);
CREATE INDEX index_bulk_update_requests_on_forum_post_id ON bulk_update_requests (forum_post_id);
CREATE INDEX index_bulk_update_requests_on_tags ON bulk_update_requests USING gin (tags);
CREATE INDEX index_bulk_update_requests_on_user_id_and_created_at ON bulk_update_requests (user_id, created_at);

-- comment_votes
CREATE INDEX index_comment_votes_on_comment_id ON comment_votes (comment_id);
CREATE INDEX index_comment_votes_on_created_at ON comment_votes (created_at);
CREATE INDEX index_comment_votes_on_is_deleted ON comment_votes (is_deleted) WHERE is_deleted = true;
CREATE INDEX index_comment_votes_on_user_id ON comment_votes (user_id);
CREATE UNIQUE INDEX index_comment_votes_on_user_id_and_comment_id
  ON comment_votes (user_id, comment_id) WHERE is_deleted = false;
CREATE INDEX index_comment_votes_on_user_id_and_created_at ON comment_votes (user_id, created_at);

-- comments
CREATE INDEX index_comments_on_body_tsvector ON comments USING gin (to_tsvector('english'::regconfig, body));
CREATE INDEX index_comments_on_created_at ON comments (created_at);
CREATE INDEX index_comments_on_creator_id_and_created_at ON comments (creator_id, created_at);
CREATE INDEX index_comments_on_creator_id_and_post_id ON comments (creator_id, post_id);
CREATE INDEX index_comments_on_do_not_bump_post ON comments (do_not_bump_post) WHERE do_not_bump_post = true;
CREATE INDEX index_comments_on_is_deleted ON comments (is_deleted) WHERE is_deleted = true;
CREATE INDEX index_comments_on_is_sticky ON comments (is_sticky) WHERE is_sticky = true;
CREATE INDEX index_comments_on_post_id ON comments (post_id);
CREATE INDEX index_comments_on_score ON comments (score);
CREATE INDEX index_comments_on_updater_id ON comments (updater_id) WHERE updater_id IS NOT NULL;

-- dmails
CREATE INDEX index_dmails_on_created_at ON dmails (created_at);
CREATE INDEX index_dmails_on_from_id ON dmails (from_id);
CREATE INDEX index_dmails_on_is_deleted ON dmails (is_deleted);
CREATE INDEX index_dmails_on_is_read ON dmails (is_read);
CREATE INDEX index_dmails_on_owner_id ON dmails (owner_id);
CREATE INDEX index_dmails_on_title_and_body_tsvector
  ON dmails USING gin ((to_tsvector('english'::regconfig, title) || to_tsvector('english'::regconfig, body)));
CREATE INDEX index_dmails_on_to_tsvector_english_body ON dmails USING gin (to_tsvector('english'::regconfig, body));
CREATE INDEX index_dmails_on_to_tsvector_english_title ON dmails USING gin (to_tsvector('english'::regconfig, title));
CREATE INDEX index_sent_dmails_on_created_at ON dmails (created_at) WHERE owner_id = from_id;
CREATE INDEX index_sent_dmails_on_owner_id_and_created_at ON dmails (owner_id, created_at) WHERE owner_id = from_id;

-- dtext_links
CREATE INDEX index_dtext_links_on_link_target ON dtext_links (link_target text_pattern_ops);
CREATE INDEX index_dtext_links_on_link_type ON dtext_links (link_type);
CREATE INDEX index_dtext_links_on_model_type_and_model_id ON dtext_links (model_type, model_id);

-- email_addresses
CREATE INDEX index_email_addresses_on_address ON email_addresses (address);
CREATE INDEX index_email_addresses_on_address_trgm ON email_addresses USING gin (address gin_trgm_ops);
CREATE INDEX index_email_addresses_on_created_at ON email_addresses (created_at);
CREATE INDEX index_email_addresses_on_is_deliverable ON email_addresses (is_deliverable) WHERE is_deliverable = false;
CREATE INDEX index_email_addresses_on_is_verified ON email_addresses (is_verified) WHERE is_verified = false;
CREATE UNIQUE INDEX index_email_addresses_on_lower_address_unique ON email_addresses (lower(address::text));
CREATE UNIQUE INDEX index_email_addresses_on_normalize_address_unique ON email_addresses (normalized_address);
CREATE INDEX index_email_addresses_on_normalized_address ON email_addresses (normalized_address);
CREATE INDEX index_email_addresses_on_normalized_address_trgm
  ON email_addresses USING gin (normalized_address gin_trgm_ops);
CREATE UNIQUE INDEX index_email_addresses_on_user_id ON email_addresses (user_id);

-- favorite_groups
CREATE INDEX index_favorite_groups_on_created_at ON favorite_groups (created_at);
CREATE INDEX index_favorite_groups_on_created_at_id_is_public_creator_id
  ON favorite_groups (created_at, id, is_public, creator_id);
CREATE INDEX index_favorite_groups_on_creator_id ON favorite_groups (creator_id);
CREATE INDEX index_favorite_groups_on_is_public ON favorite_groups (is_public);
CREATE INDEX index_favorite_groups_on_lower_name ON favorite_groups (lower(name));
CREATE INDEX index_favorite_groups_on_post_ids ON favorite_groups USING gin (post_ids);

-- favorites
CREATE INDEX index_favorites_on_post_id ON favorites (post_id);
CREATE INDEX index_favorites_on_user_id_and_id ON favorites (user_id, id);
CREATE UNIQUE INDEX index_favorites_on_user_id_and_post_id ON favorites (user_id, post_id);

-- forum_post_votes
CREATE INDEX index_forum_post_votes_on_created_at ON forum_post_votes (created_at);
CREATE INDEX index_forum_post_votes_on_creator_id_and_created_at ON forum_post_votes (creator_id, created_at);
CREATE INDEX index_forum_post_votes_on_forum_post_id ON forum_post_votes (forum_post_id);
CREATE UNIQUE INDEX index_forum_post_votes_on_forum_post_id_and_creator_id
  ON forum_post_votes (forum_post_id, creator_id);

-- forum_posts
CREATE INDEX index_forum_posts_on_body_tsvector ON forum_posts USING gin (to_tsvector('english'::regconfig, body));
CREATE INDEX index_forum_posts_on_created_at ON forum_posts (created_at);
CREATE INDEX index_forum_posts_on_creator_id ON forum_posts (creator_id);
CREATE INDEX index_forum_posts_on_creator_id_and_created_at ON forum_posts (creator_id, created_at);
CREATE INDEX index_forum_posts_on_topic_id ON forum_posts (topic_id);
CREATE INDEX index_forum_posts_on_topic_id_and_id ON forum_posts (topic_id, id);
CREATE INDEX index_forum_posts_on_updated_at ON forum_posts (updated_at);

-- forum_topic_visits
CREATE INDEX index_forum_topic_visits_on_forum_topic_id ON forum_topic_visits (forum_topic_id);
CREATE INDEX index_forum_topic_visits_on_last_read_at ON forum_topic_visits (last_read_at);
CREATE INDEX index_forum_topic_visits_on_user_id ON forum_topic_visits (user_id);

-- forum_topics
CREATE INDEX index_forum_topics_on_created_at ON forum_topics (created_at);
CREATE INDEX index_forum_topics_on_creator_id ON forum_topics (creator_id);
CREATE INDEX index_forum_topics_on_creator_id_and_created_at ON forum_topics (creator_id, created_at);
CREATE INDEX index_forum_topics_on_is_sticky_and_updated_at ON forum_topics (is_sticky, updated_at);
CREATE INDEX index_forum_topics_on_title_tsvector ON forum_topics USING gin (to_tsvector('english'::regconfig, title));
CREATE INDEX index_forum_topics_on_updated_at ON forum_topics (updated_at);

-- good_job_settings
CREATE UNIQUE INDEX index_good_job_settings_on_key ON good_job_settings (key);

-- good_jobs
CREATE INDEX index_good_jobs_jobs_on_finished_at
  ON good_jobs (finished_at) WHERE (retried_good_job_id IS NULL) AND (finished_at IS NOT NULL);
CREATE INDEX index_good_jobs_jobs_on_priority_created_at_when_unfinished
  ON good_jobs (priority DESC NULLS LAST, created_at) WHERE finished_at IS NULL;
CREATE INDEX index_good_jobs_on_active_job_id ON good_jobs (active_job_id);
CREATE INDEX index_good_jobs_on_active_job_id_and_created_at ON good_jobs (active_job_id, created_at);
CREATE INDEX index_good_jobs_on_concurrency_key_when_unfinished
  ON good_jobs (concurrency_key) WHERE finished_at IS NULL;
CREATE INDEX index_good_jobs_on_cron_key_and_created_at ON good_jobs (cron_key, created_at);
CREATE UNIQUE INDEX index_good_jobs_on_cron_key_and_cron_at ON good_jobs (cron_key, cron_at);
CREATE INDEX index_good_jobs_on_queue_name_and_scheduled_at
  ON good_jobs (queue_name, scheduled_at) WHERE finished_at IS NULL;
CREATE INDEX index_good_jobs_on_scheduled_at ON good_jobs (scheduled_at) WHERE finished_at IS NULL;

-- ip_bans
CREATE INDEX index_ip_bans_on_category ON ip_bans (category);
CREATE INDEX index_ip_bans_on_ip_addr ON ip_bans (ip_addr);
CREATE INDEX index_ip_bans_on_is_deleted ON ip_bans (is_deleted);

-- ip_geolocations
CREATE INDEX index_ip_geolocations_on_asn ON ip_geolocations (asn);
CREATE INDEX index_ip_geolocations_on_carrier ON ip_geolocations (carrier);
CREATE INDEX index_ip_geolocations_on_city ON ip_geolocations (city);
CREATE INDEX index_ip_geolocations_on_continent ON ip_geolocations (continent);
CREATE INDEX index_ip_geolocations_on_country ON ip_geolocations (country);
CREATE INDEX index_ip_geolocations_on_created_at ON ip_geolocations (created_at);
CREATE UNIQUE INDEX index_ip_geolocations_on_ip_addr ON ip_geolocations (ip_addr);
CREATE INDEX index_ip_geolocations_on_is_proxy ON ip_geolocations (is_proxy);
CREATE INDEX index_ip_geolocations_on_latitude ON ip_geolocations (latitude);
CREATE INDEX index_ip_geolocations_on_longitude ON ip_geolocations (longitude);
CREATE INDEX index_ip_geolocations_on_network ON ip_geolocations (network);
CREATE INDEX index_ip_geolocations_on_organization ON ip_geolocations (organization);
CREATE INDEX index_ip_geolocations_on_region ON ip_geolocations (region);
CREATE INDEX index_ip_geolocations_on_time_zone ON ip_geolocations (time_zone);
CREATE INDEX index_ip_geolocations_on_updated_at ON ip_geolocations (updated_at);

-- media_assets
CREATE INDEX index_media_assets_on_created_at ON media_assets (created_at);
CREATE INDEX index_media_assets_on_duration ON media_assets (duration) WHERE duration IS NOT NULL;
CREATE INDEX index_media_assets_on_file_ext ON media_assets (file_ext);
CREATE UNIQUE INDEX index_media_assets_on_file_key ON media_assets (file_key);
CREATE INDEX index_media_assets_on_file_size ON media_assets (file_size);
CREATE INDEX index_media_assets_on_image_height ON media_assets (image_height);
CREATE INDEX index_media_assets_on_image_width ON media_assets (image_width);
CREATE INDEX index_media_assets_on_is_public ON media_assets (is_public) WHERE is_public = false;
CREATE INDEX index_media_assets_on_md5 ON media_assets (md5);
CREATE UNIQUE INDEX index_media_assets_on_md5_and_status ON media_assets (md5) WHERE status = ANY (ARRAY[100, 200]);
CREATE INDEX index_media_assets_on_status ON media_assets (status) WHERE status <> 200;
CREATE INDEX index_media_assets_on_updated_at ON media_assets (updated_at);

-- media_metadata
CREATE UNIQUE INDEX index_media_metadata_on_media_asset_id ON media_metadata (media_asset_id);
CREATE INDEX index_media_metadata_on_metadata ON media_metadata USING gin (metadata);

-- mod_actions
CREATE INDEX index_mod_actions_on_category ON mod_actions (category);
CREATE INDEX index_mod_actions_on_created_at ON mod_actions (created_at);
CREATE INDEX index_mod_actions_on_creator_id ON mod_actions (creator_id);
CREATE INDEX index_mod_actions_on_creator_id_and_created_at ON mod_actions (creator_id, created_at);
CREATE INDEX index_mod_actions_on_description ON mod_actions USING gin (description gin_trgm_ops);
CREATE INDEX index_mod_actions_on_subject_id ON mod_actions (subject_id);
CREATE INDEX index_mod_actions_on_subject_type ON mod_actions (subject_type);
CREATE INDEX index_mod_actions_on_to_tsvector_pg_catalog_english_description
  ON mod_actions USING gin (to_tsvector('english'::regconfig, description));

-- moderation_reports
CREATE INDEX index_moderation_reports_on_created_at ON moderation_reports (created_at);
CREATE INDEX index_moderation_reports_on_creator_id ON moderation_reports (creator_id);
CREATE INDEX index_moderation_reports_on_creator_id_and_created_at ON moderation_reports (creator_id, created_at);
CREATE INDEX index_moderation_reports_on_model_type_and_model_id ON moderation_reports (model_type, model_id);
CREATE INDEX index_moderation_reports_on_status ON moderation_reports (status);

-- news_updates
CREATE INDEX index_news_updates_on_created_at ON news_updates (created_at);

-- note_versions
CREATE INDEX index_note_versions_on_created_at ON note_versions (created_at);
CREATE INDEX index_note_versions_on_note_id ON note_versions (note_id);
CREATE INDEX index_note_versions_on_post_id ON note_versions (post_id);
CREATE INDEX index_note_versions_on_updater_id_and_created_at ON note_versions (updater_id, created_at);
CREATE INDEX index_note_versions_on_updater_id_and_post_id ON note_versions (updater_id, post_id);

-- notes
CREATE INDEX index_notes_on_body_tsvector ON notes USING gin (to_tsvector('english'::regconfig, body));
CREATE INDEX index_notes_on_post_id ON notes (post_id);

-- pixiv_ugoira_frame_data
CREATE UNIQUE INDEX index_pixiv_ugoira_frame_data_on_md5 ON pixiv_ugoira_frame_data (md5);
CREATE UNIQUE INDEX index_pixiv_ugoira_frame_data_on_post_id ON pixiv_ugoira_frame_data (post_id);

-- pool_versions
CREATE INDEX index_pool_versions_on_added_post_ids ON pool_versions (added_post_ids);
CREATE INDEX index_pool_versions_on_created_at ON pool_versions (created_at);
CREATE INDEX index_pool_versions_on_description_changed ON pool_versions (description_changed);
CREATE INDEX index_pool_versions_on_name_changed ON pool_versions (name_changed);
CREATE INDEX index_pool_versions_on_pool_id ON pool_versions (pool_id);
CREATE INDEX index_pool_versions_on_post_ids ON pool_versions (post_ids);
CREATE INDEX index_pool_versions_on_removed_post_ids ON pool_versions (removed_post_ids);
CREATE INDEX index_pool_versions_on_updated_at ON pool_versions (updated_at);
CREATE INDEX index_pool_versions_on_updater_id ON pool_versions (updater_id);

-- pools
CREATE INDEX index_pools_on_category ON pools (category);
CREATE INDEX index_pools_on_is_deleted ON pools (is_deleted);
CREATE INDEX index_pools_on_lower_name ON pools (lower(name));
CREATE INDEX index_pools_on_name_trgm ON pools USING gin (name gin_trgm_ops);
CREATE INDEX index_pools_on_post_ids ON pools USING gin (post_ids);
CREATE INDEX index_pools_on_updated_at ON pools (updated_at);

-- post_appeals
CREATE INDEX index_post_appeals_on_created_at ON post_appeals (created_at);
CREATE INDEX index_post_appeals_on_creator_id ON post_appeals (creator_id);
CREATE INDEX index_post_appeals_on_creator_id_and_created_at ON post_appeals (creator_id, created_at);
CREATE INDEX index_post_appeals_on_post_id ON post_appeals (post_id);
CREATE INDEX index_post_appeals_on_reason_tsvector
  ON post_appeals USING gin (to_tsvector('english'::regconfig, reason));
CREATE INDEX index_post_appeals_on_status ON post_appeals (status);

-- post_approvals
CREATE INDEX index_post_approvals_on_created_at ON post_approvals (created_at);
CREATE INDEX index_post_approvals_on_post_id ON post_approvals (post_id);
CREATE INDEX index_post_approvals_on_user_id ON post_approvals (user_id);
CREATE INDEX index_post_approvals_on_user_id_and_created_at ON post_approvals (user_id, created_at);

-- post_disapprovals
CREATE INDEX index_post_disapprovals_on_created_at ON post_disapprovals (created_at);
CREATE INDEX index_post_disapprovals_on_post_id ON post_disapprovals (post_id);
CREATE INDEX index_post_disapprovals_on_user_id ON post_disapprovals (user_id);
CREATE INDEX index_post_disapprovals_on_user_id_and_created_at ON post_disapprovals (user_id, created_at);
CREATE UNIQUE INDEX index_post_disapprovals_on_user_id_and_post_id ON post_disapprovals (user_id, post_id);

-- post_flags
CREATE INDEX index_post_flags_on_created_at ON post_flags (created_at);
CREATE INDEX index_post_flags_on_creator_id ON post_flags (creator_id);
CREATE INDEX index_post_flags_on_creator_id_and_created_at ON post_flags (creator_id, created_at);
CREATE INDEX index_post_flags_on_post_id ON post_flags (post_id);
CREATE INDEX index_post_flags_on_reason_tsvector ON post_flags USING gin (to_tsvector('english'::regconfig, reason));
CREATE INDEX index_post_flags_on_status ON post_flags (status);

-- post_replacements
CREATE INDEX index_post_replacements_on_created_at ON post_replacements (created_at);
CREATE INDEX index_post_replacements_on_creator_id ON post_replacements (creator_id);
CREATE INDEX index_post_replacements_on_creator_id_and_created_at ON post_replacements (creator_id, created_at);
CREATE INDEX index_post_replacements_on_post_id ON post_replacements (post_id);

-- post_versions
CREATE INDEX index_post_versions_on_added_tags ON post_versions (added_tags);
CREATE INDEX index_post_versions_on_created_at ON post_versions (created_at);
CREATE INDEX index_post_versions_on_parent_changed ON post_versions (parent_changed);
CREATE INDEX index_post_versions_on_post_id ON post_versions (post_id);
CREATE INDEX index_post_versions_on_rating_changed ON post_versions (rating_changed);
CREATE INDEX index_post_versions_on_removed_tags ON post_versions (removed_tags);
CREATE INDEX index_post_versions_on_source_changed ON post_versions (source_changed);
CREATE INDEX index_post_versions_on_updated_at ON post_versions (updated_at);
CREATE INDEX index_post_versions_on_updater_id ON post_versions (updater_id);
CREATE INDEX index_post_versions_on_version ON post_versions (version);

-- post_votes
CREATE INDEX index_post_votes_on_created_at ON post_votes (created_at);
CREATE INDEX index_post_votes_on_is_deleted ON post_votes (is_deleted) WHERE is_deleted = true;
CREATE INDEX index_post_votes_on_post_id ON post_votes (post_id);
CREATE INDEX index_post_votes_on_user_id ON post_votes (user_id);
CREATE INDEX index_post_votes_on_user_id_and_created_at ON post_votes (user_id, created_at);
CREATE UNIQUE INDEX index_post_votes_on_user_id_and_post_id ON post_votes (user_id, post_id) WHERE is_deleted = false;

-- posts
CREATE INDEX index_posts_on_approver_id ON posts (approver_id) WHERE approver_id IS NOT NULL;
CREATE INDEX index_posts_on_created_at ON posts (created_at);
CREATE INDEX index_posts_on_file_size ON posts (file_size);
CREATE INDEX index_posts_on_image_height ON posts (image_height);
CREATE INDEX index_posts_on_image_width ON posts (image_width);
CREATE INDEX index_posts_on_is_deleted ON posts (is_deleted) WHERE is_deleted = true;
CREATE INDEX index_posts_on_is_flagged ON posts (is_flagged) WHERE is_flagged = true;
CREATE INDEX index_posts_on_is_pending ON posts (is_pending) WHERE is_pending = true;
CREATE INDEX index_posts_on_last_comment_bumped_at ON posts (last_comment_bumped_at DESC NULLS LAST);
CREATE INDEX index_posts_on_last_noted_at ON posts (last_noted_at DESC NULLS LAST);
CREATE UNIQUE INDEX index_posts_on_md5 ON posts (md5);
CREATE INDEX index_posts_on_mpixels ON posts (((image_width * image_height)::numeric / 1000000.0));
CREATE INDEX index_posts_on_parent_id ON posts (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX index_posts_on_pixiv_id ON posts (pixiv_id) WHERE pixiv_id IS NOT NULL;
CREATE INDEX index_posts_on_rating ON posts (rating) WHERE rating <> 's'::bpchar;
CREATE INDEX index_posts_on_source_trgm ON posts USING gin (source gin_trgm_ops);
CREATE INDEX index_posts_on_string_to_array_tag_string ON posts USING gin (string_to_array(tag_string, ' '::text));
CREATE INDEX index_posts_on_uploader_id ON posts (uploader_id) WHERE uploader_id IS NOT NULL;
CREATE INDEX index_posts_on_uploader_id_and_created_at ON posts (uploader_id, created_at);

-- rate_limits
CREATE UNIQUE INDEX index_rate_limits_on_key_and_action ON rate_limits (key, action);

-- saved_searches
CREATE INDEX index_saved_searches_on_created_at ON saved_searches (created_at);
CREATE INDEX index_saved_searches_on_labels ON saved_searches USING gin (labels);
CREATE INDEX index_saved_searches_on_query ON saved_searches (query);
CREATE INDEX index_saved_searches_on_user_id ON saved_searches (user_id);
CREATE INDEX index_saved_searches_on_user_id_and_created_at ON saved_searches (user_id, created_at);

-- schema_migrations
CREATE UNIQUE INDEX unique_schema_migrations ON schema_migrations (version);

-- tag_aliases
CREATE INDEX index_tag_aliases_on_antecedent_name ON tag_aliases (antecedent_name);
CREATE INDEX index_tag_aliases_on_antecedent_name_pattern ON tag_aliases (antecedent_name text_pattern_ops);
CREATE INDEX index_tag_aliases_on_consequent_name ON tag_aliases (consequent_name);
CREATE INDEX index_tag_aliases_on_created_at ON tag_aliases (created_at);
CREATE INDEX index_tag_aliases_on_creator_id_and_created_at ON tag_aliases (creator_id, created_at);
CREATE INDEX index_tag_aliases_on_forum_post_id ON tag_aliases (forum_post_id);

-- tag_implications
CREATE INDEX index_tag_implications_on_antecedent_name ON tag_implications (antecedent_name);
CREATE INDEX index_tag_implications_on_consequent_name ON tag_implications (consequent_name);
CREATE INDEX index_tag_implications_on_created_at ON tag_implications (created_at);
CREATE INDEX index_tag_implications_on_creator_id_and_created_at ON tag_implications (creator_id, created_at);
CREATE INDEX index_tag_implications_on_forum_post_id ON tag_implications (forum_post_id);

-- tag_versions
CREATE INDEX index_tag_versions_on_category ON tag_versions (category);
CREATE INDEX index_tag_versions_on_created_at_where_updater_id_is_not_null
  ON tag_versions (created_at) WHERE updater_id IS NOT NULL;
CREATE INDEX index_tag_versions_on_is_deprecated ON tag_versions (is_deprecated);
CREATE INDEX index_tag_versions_on_name ON tag_versions (name text_pattern_ops);
CREATE INDEX index_tag_versions_on_name_trgm ON tag_versions USING gin (name gin_trgm_ops);
CREATE INDEX index_tag_versions_on_previous_version_id ON tag_versions (previous_version_id);
CREATE INDEX index_tag_versions_on_tag_id ON tag_versions (tag_id);
CREATE UNIQUE INDEX index_tag_versions_on_tag_id_and_previous_version_id ON tag_versions (tag_id, previous_version_id);
CREATE INDEX index_tag_versions_on_updater_id ON tag_versions (updater_id);
CREATE INDEX index_tag_versions_on_updater_id_and_created_at
  ON tag_versions (updater_id, created_at) WHERE updater_id IS NOT NULL;
CREATE INDEX index_tag_versions_on_version ON tag_versions (version);

-- tags
CREATE INDEX index_tags_on_array_to_tsvector_words ON tags USING gin (array_to_tsvector(words::text[]));
CREATE INDEX index_tags_on_is_deprecated ON tags (is_deprecated) WHERE is_deprecated = true;
CREATE UNIQUE INDEX index_tags_on_name ON tags (name);
CREATE INDEX index_tags_on_name_pattern ON tags (name text_pattern_ops);
CREATE INDEX index_tags_on_name_prefix
  ON tags USING gin (regexp_replace(name::text, '([a-z0-9])[a-z0-9'']*($|[^a-z0-9'']+)'::text, '\1'::text, 'g'::text) gin_trgm_ops);
CREATE INDEX index_tags_on_name_trgm ON tags USING gin (name gin_trgm_ops);
CREATE INDEX index_tags_on_post_count ON tags (post_count);

-- upgrade_codes
CREATE UNIQUE INDEX index_upgrade_codes_on_code ON upgrade_codes (code);
CREATE INDEX index_upgrade_codes_on_creator_id ON upgrade_codes (creator_id);
CREATE INDEX index_upgrade_codes_on_redeemer_id ON upgrade_codes (redeemer_id) WHERE redeemer_id IS NOT NULL;
CREATE INDEX index_upgrade_codes_on_status ON upgrade_codes (status);
CREATE INDEX index_upgrade_codes_on_user_upgrade_id
  ON upgrade_codes (user_upgrade_id) WHERE user_upgrade_id IS NOT NULL;

-- upload_media_assets
CREATE INDEX index_upload_media_assets_on_media_asset_id ON upload_media_assets (media_asset_id);
CREATE INDEX index_upload_media_assets_on_status ON upload_media_assets (status);
CREATE INDEX index_upload_media_assets_on_upload_id ON upload_media_assets (upload_id);

-- uploads
CREATE INDEX index_uploads_on_created_at ON uploads (created_at);
CREATE INDEX index_uploads_on_error ON uploads (error) WHERE error IS NOT NULL;
CREATE INDEX index_uploads_on_media_asset_count ON uploads (media_asset_count);
CREATE INDEX index_uploads_on_referer_url ON uploads (referer_url);
CREATE INDEX index_uploads_on_source ON uploads (source);
CREATE INDEX index_uploads_on_uploader_id ON uploads (uploader_id);
CREATE INDEX index_uploads_on_uploader_id_and_created_at_and_id ON uploads (uploader_id, created_at, id);

-- user_events
CREATE INDEX index_user_events_on_category ON user_events (category);
CREATE INDEX index_user_events_on_created_at ON user_events (created_at);
CREATE INDEX index_user_events_on_updated_at ON user_events (updated_at);
CREATE INDEX index_user_events_on_user_id ON user_events (user_id);
CREATE INDEX index_user_events_on_user_id_and_created_at ON user_events (user_id, created_at);
CREATE INDEX index_user_events_on_user_session_id ON user_events (user_session_id);

-- user_feedback
CREATE INDEX index_user_feedback_on_created_at ON user_feedback (created_at);
CREATE INDEX index_user_feedback_on_creator_id ON user_feedback (creator_id);
CREATE INDEX index_user_feedback_on_creator_id_and_created_at ON user_feedback (creator_id, created_at);
CREATE INDEX index_user_feedback_on_user_id ON user_feedback (user_id);
CREATE INDEX index_user_feedback_on_user_id_and_created_at ON user_feedback (user_id, created_at);

-- user_name_change_requests
CREATE INDEX index_user_name_change_requests_on_created_at ON user_name_change_requests (created_at);
CREATE INDEX index_user_name_change_requests_on_original_name ON user_name_change_requests (original_name);
CREATE INDEX index_user_name_change_requests_on_user_id ON user_name_change_requests (user_id);
CREATE INDEX index_user_name_change_requests_on_user_id_and_created_at
  ON user_name_change_requests (user_id, created_at);

-- user_sessions
CREATE INDEX index_user_sessions_on_created_at ON user_sessions (created_at);
CREATE INDEX index_user_sessions_on_ip_addr ON user_sessions (ip_addr);
CREATE INDEX index_user_sessions_on_session_id ON user_sessions (session_id);
CREATE INDEX index_user_sessions_on_updated_at ON user_sessions (updated_at);

-- user_upgrades
CREATE INDEX index_completed_user_upgrades_on_created_at
  ON user_upgrades (created_at) WHERE status = ANY (ARRAY[20, 30]);
CREATE INDEX index_completed_user_upgrades_on_updater_id_and_created_at
  ON user_upgrades (purchaser_id, created_at) WHERE status = ANY (ARRAY[20, 30]);
CREATE INDEX index_user_upgrades_on_payment_processor ON user_upgrades (payment_processor);
CREATE INDEX index_user_upgrades_on_purchaser_id ON user_upgrades (purchaser_id);
CREATE INDEX index_user_upgrades_on_recipient_id ON user_upgrades (recipient_id);
CREATE INDEX index_user_upgrades_on_status ON user_upgrades (status);
CREATE INDEX index_user_upgrades_on_transaction_id ON user_upgrades (transaction_id);
CREATE INDEX index_user_upgrades_on_upgrade_type ON user_upgrades (upgrade_type);

-- users
CREATE INDEX index_users_on_created_at ON users (created_at);
CREATE INDEX index_users_on_enable_private_favorites ON users (bit_prefs) WHERE get_bit((bit_prefs)::bit(31), 24) = 1;
CREATE INDEX index_users_on_id_and_created_at ON users (id, created_at);
CREATE INDEX index_users_on_inviter_id ON users (inviter_id) WHERE inviter_id IS NOT NULL;
CREATE INDEX index_users_on_last_ip_addr ON users (last_ip_addr) WHERE last_ip_addr IS NOT NULL;
CREATE UNIQUE INDEX index_users_on_name ON users (lower(name::text));
CREATE INDEX index_users_on_name_trgm ON users USING gin (name gin_trgm_ops);

-- wiki_page_versions
CREATE INDEX index_wiki_page_versions_on_created_at ON wiki_page_versions (created_at);
CREATE INDEX index_wiki_page_versions_on_updater_id ON wiki_page_versions (updater_id);
CREATE INDEX index_wiki_page_versions_on_updater_id_and_created_at ON wiki_page_versions (updater_id, created_at);
CREATE INDEX index_wiki_page_versions_on_wiki_page_id ON wiki_page_versions (wiki_page_id);

-- wiki_pages
CREATE INDEX index_wiki_pages_on_array_to_tsvector_other_names
  ON wiki_pages USING gin (array_to_tsvector(other_names));
CREATE INDEX index_wiki_pages_on_other_names ON wiki_pages USING gin (other_names);
CREATE UNIQUE INDEX index_wiki_pages_on_title ON wiki_pages (title);
CREATE INDEX index_wiki_pages_on_title_and_body_tsvector
  ON wiki_pages USING gin ((to_tsvector('english'::regconfig, title::text) || to_tsvector('english'::regconfig, body)));
CREATE INDEX index_wiki_pages_on_title_pattern ON wiki_pages (title text_pattern_ops);
CREATE INDEX index_wiki_pages_on_to_tsvector_english_body
  ON wiki_pages USING gin (to_tsvector('english'::regconfig, body));
CREATE INDEX index_wiki_pages_on_to_tsvector_english_title
  ON wiki_pages USING gin (to_tsvector('english'::regconfig, title::text));
CREATE INDEX index_wiki_pages_on_updated_at ON wiki_pages (updated_at);

-- The planner estimates tag searches from the statistics of this expression.
ALTER INDEX index_posts_on_string_to_array_tag_string ALTER COLUMN 1 SET STATISTICS 3000;
