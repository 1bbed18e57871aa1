import { InvalidArgumentError } from 'commander'

/** @throws {InvalidArgumentError} which commander reports with the name of the option */
export function parsePositiveInteger(text: string): number {
  return parseInteger(text, 1, 'Expected a positive integer.')
}

/** @throws {InvalidArgumentError} which commander reports with the name of the option */
export function parseNonNegativeInteger(text: string): number {
  return parseInteger(text, 0, 'Expected a non-negative integer.')
}

function parseInteger(text: string, min: number, error: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isSafeInteger(value) || value < min) throw new InvalidArgumentError(error)
  return value
}
