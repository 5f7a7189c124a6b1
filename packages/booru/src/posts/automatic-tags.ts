/** What the automatic tags of a post are decided by. */
export interface PostFile {
  /** Pixels, as stored with the post. */
  readonly width: number
  readonly height: number
  readonly fileExt: string
  readonly source: string
  /** Seconds; null for a still image. */
  readonly duration: number | null
  readonly assetExt: string
  /** ExifTool's and FFmpeg's words about the file, by `Group:Name`. */
  readonly metadata: Readonly<Record<string, unknown>>
}

/** The names in {@link PostFile}'s metadata that decide anything. */
export const decisiveMetadata = [
  'File:ColorComponents',
  'PNG:ColorType',
  'QuickTime:ChromaFormat',
  'IFD0:Orientation',
  'QuickTime:Rotation',
  'GIF:AnimationIterations',
  'PNG:AnimationPlays',
  'RIFF:AnimationLoopCount',
  'PNG:Software',
  'PNG:Parameters',
  'PNG:Sd-metadata',
  'PNG:Dream',
  'FFmpeg:AudioPeakLoudness',
] as const

const recomputed =
  `incredibly_absurdres absurdres highres lowres flash video ugoira animated_gif animated_png exif_rotation
  non-repeating_animation non-web_source wide_image tall_image`.split(/\s+/)

const wellTagged = 30
const audible = 0.0003

/**
 * The tags of a post after those that the file itself decides were put right; `greyscale` and `ai-generated` are only ever
 * added. `bad_link` and `bad_source` stay as they are: they need to know other sites' addresses. Danbooru's
 * `Post#add_automatic_tags` at commit b43a913ad7.
 */
export function withAutomaticTags(current: Iterable<string>, file: PostFile): Set<string> {
  const tags = new Set(current)
  for (const name of recomputed) tags.delete(name)
  if (tags.size >= wellTagged) tags.delete('tagme')
  if (tags.size === 0) tags.add('tagme')
  if (file.fileExt !== 'swf') {
    tags.delete('animated')
    tags.delete('sound')
  }
  for (const name of [...sizeTags(file), ...typeTags(file), ...metadataTags(file)]) tags.add(name)
  return tags
}

function sizeTags({ width, height }: PostFile): string[] {
  const tags: string[] = []
  if (width >= 10_000 || height >= 10_000) tags.push('incredibly_absurdres')
  if (width >= 3_200 || height >= 2_400) tags.push('absurdres')
  if (width >= 1_600 || height >= 1_200) tags.push('highres')
  if (width <= 500 && height <= 500) tags.push('lowres')
  if (width >= 1_024 && width / height >= 4) tags.push('wide_image')
  else if (height >= 1_024 && height / width >= 4) tags.push('tall_image')
  return tags
}

const typeTag: Readonly<Record<string, string>> = { swf: 'flash', webm: 'video', mp4: 'video', zip: 'ugoira' }

function typeTags({ fileExt, source, duration, assetExt }: PostFile): string[] {
  const tags: string[] = []
  const type = typeTag[fileExt]
  if (type !== undefined) tags.push(type)
  if (source.trim() !== '' && !/^https?:\/\//i.test(source)) tags.push('non-web_source')
  if (duration !== null) tags.push('animated')
  if (duration !== null && (assetExt === 'gif' || assetExt === 'png')) tags.push(`animated_${assetExt}`)
  return tags
}

function metadataTags(file: PostFile): string[] {
  const tags: string[] = []
  const loudness = Number(file.metadata['FFmpeg:AudioPeakLoudness'] ?? 0)
  if (isGreyscale(file.metadata)) tags.push('greyscale')
  if (isRotated(file)) tags.push('exif_rotation')
  if (stopsRepeating(file)) tags.push('non-repeating_animation')
  if (isGenerated(file.metadata)) tags.push('ai-generated')
  if (loudness >= audible) tags.push('sound')
  return tags
}

function isGreyscale(metadata: PostFile['metadata']): boolean {
  return (
    Number(metadata['File:ColorComponents']) === 1 ||
    ['Grayscale', 'Grayscale with Alpha'].includes(String(metadata['PNG:ColorType'])) ||
    String(metadata['QuickTime:ChromaFormat']).includes('Monochrome')
  )
}

function isRotated({ assetExt, metadata }: PostFile): boolean {
  if (assetExt === 'avif') return (metadata['QuickTime:Rotation'] ?? null) !== null
  const orientation = String(metadata['IFD0:Orientation'])
  return assetExt === 'jpg' && ['Rotate 90 CW', 'Rotate 180', 'Rotate 270 CW'].includes(orientation)
}

/** A GIF that does not say how often it repeats does not repeat. */
function stopsRepeating({ duration, assetExt, metadata }: PostFile): boolean {
  const stored =
    metadata['GIF:AnimationIterations'] ??
    metadata['PNG:AnimationPlays'] ??
    metadata['RIFF:AnimationLoopCount'] ??
    (assetExt === 'gif' && duration !== null ? 0 : null)
  const loops = stored === null ? Number.NaN : Number.parseInt(String(stored), 10)
  return loops >= 0 && loops <= 10
}

function isGenerated(metadata: PostFile['metadata']): boolean {
  const keys = ['PNG:Parameters', 'PNG:Sd-metadata', 'PNG:Dream']
  return metadata['PNG:Software'] === 'NovelAI' || keys.some((key) => (metadata[key] ?? null) !== null)
}
