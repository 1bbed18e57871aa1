import { ID_TOKEN_LENGTH, ID_TOKEN_PREFIX, isIdToken } from './idToken.ts'
import type { TokenRenamer } from './renameIdTokens.ts'

const TOKEN_CANDIDATE = new RegExp(
  `${ID_TOKEN_PREFIX}[0-9a-z]{${ID_TOKEN_LENGTH - ID_TOKEN_PREFIX.length}}`,
  'g',
)

/** Renames the id tokens in a text. */
export function renameIdTokensInText(text: string, rename: TokenRenamer): string {
  if (!text.includes(ID_TOKEN_PREFIX)) return text
  return text.replace(TOKEN_CANDIDATE, (token) => (isIdToken(token) ? rename(token) : token))
}
