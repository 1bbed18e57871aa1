/**
 * The supported versions of Next, for messages. The peer range in package.json is the same, and also lists prereleases
 * of later versions, because npm accepts only those that are listed.
 */
export const SUPPORTED_NEXT = '>=16.1.0'
