-- Danbooru's database at commit b43a913ad7280a8d82b9c3c11b1df4b683e21113 (5 November 2022): extensions, function, operator.

CREATE EXTENSION IF NOT EXISTS fuzzystrmatch WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pgstattuple WITH SCHEMA public;

-- A regular expression on the left and the string on the right, so that one pattern can be tried on every
-- element of an array: 'pattern' ~<< ANY (strings).
CREATE FUNCTION public.reverse_textregexeq(text, text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT textregexeq($2, $1); $$;

CREATE OPERATOR public.~<< (
  FUNCTION = public.reverse_textregexeq,
  LEFTARG = text,
  RIGHTARG = text
);
