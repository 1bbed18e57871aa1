/** Creates a listener that prints each event of the demo as lines of text. */
export function createConsoleReporter(print) {
  return (event) => {
    const time = new Date(event.at).toISOString().slice(11, 19)
    for (const line of formatEvent(event)) print(`${time}  ${replaceControlChars(line)}`)
  }
}

function formatEvent(event) {
  switch (event.type) {
    case 'handled': {
      const { messages, expired, refreshed, routes } = event
      const pages = pluralize(routes.length, 'page')
      const invalidations = [
        refreshed > 0 && `refreshed ${pluralize(refreshed, 'fragment')}`,
        expired > 0 && `expired ${pluralize(expired, 'fragment')}`,
      ].filter(Boolean)
      return [
        ...messages.map(({ editor, action, title, change }) =>
          [`${editor} ${ACTION_VERBS[action] ?? action} ${title}`, change].filter(Boolean).join(': '),
        ),
        `  ${invalidations.join(', ') || 'no cached fragment to invalidate'}; ${pages} to rebuild`,
      ]
    }
    case 'rebuilt':
      return [`  rebuilt ${event.route} in ${Math.round(event.durationMs)} ms`]
    case 'skipped':
      return [`  skipped ${event.route}: ${event.reason}`]
    case 'failed':
      return [`  failed ${event.route}: ${event.reason}${event.exhausted ? ' (given up)' : ' (will retry)'}`]
    default:
      return [`  ${event.reason}`]
  }
}

const ACTION_VERBS = { save: 'saved', publish: 'published', unpublish: 'withdrew', delete: 'withdrew' }

const pluralize = (n, one) => `${n} ${n === 1 ? one : `${one}s`}`

/** Replaces control characters, because any visitor can edit titles and escape sequences would control the terminal. */
const replaceControlChars = (text) => text.replace(/\p{Cc}|\p{Cf}/gu, '�')
