import type { FragmentReport } from 'react-cache-content/next'
import { formatAge, formatBytes } from '../_lib/format'
import { formatReason, OUTCOMES, type Outcome } from './outcomes'

interface Props {
  report: FragmentReport
  names: ReadonlyMap<string, string>
}

export function FragmentLine({ report, names }: Props) {
  const { outcome, ageSeconds, durationMs, stored } = report
  const details = [
    ageSeconds !== null && `${formatAge(ageSeconds)} old`,
    outcome !== 'hit' && formatReason(report.reason),
    durationMs >= 1 && `${Math.round(durationMs)} ms`,
    report.bytes > 0 && formatBytes(report.bytes),
    report.makeup && `${formatBytes(report.makeup.html)} HTML`,
    !stored && 'not stored',
  ].filter(Boolean)
  return (
    <div className="fragment">
      <OutcomeMark outcome={outcome} />
      <b>{report.name}</b>
      <code className="fragment-vary">{parseVary(report.key)}</code>
      <span className="fragment-details">{details.join(' · ')}</span>
      {report.dependencies.length > 0 && (
        <details className="objects">
          <summary>
            {report.dependencies.length === 1 ? '1 object' : `${report.dependencies.length} objects`}
          </summary>
          <ul>
            {report.dependencies.toSorted(compareKeys).map((key) => (
              <li key={key}>
                <button type="submit" name="key" value={key} title={`Expire ${key}`}>
                  {names.has(key) && <span>{names.get(key)}</span>} <code>{key}</code>
                </button>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}

export function OutcomeMark({ outcome }: { outcome: Outcome }) {
  return (
    <span className={`outcome outcome-${outcome}`} title={OUTCOMES[outcome].meaning}>
      <span aria-hidden="true">{OUTCOMES[outcome].icon}</span> {OUTCOMES[outcome].one}
    </span>
  )
}

/** Returns the `vary` part of a fragment key: '[1990,"rating"]' of '"home/front"@"build"[1990,"rating"]'. */
function parseVary(key: string): string {
  return /^"(?:[^"\\]|\\.)*"@"(?:[^"\\]|\\.)*"(.*)$/s.exec(key)?.[1] ?? ''
}

/** Sorts collection keys before the keys of films. */
function compareKeys(a: string, b: string): number {
  const isFilm = (key: string) => Number(/^film:\d/.test(key))
  return isFilm(a) - isFilm(b) || a.localeCompare(b, 'en', { numeric: true })
}
