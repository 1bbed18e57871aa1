/** What happens, in lines for whoever started it. */
export function lines(print) {
  return (event) => {
    const time = new Date(event.at).toISOString().slice(11, 19)
    for (const line of linesOf(event)) print(`${time}  ${printable(line)}`)
  }
}

function linesOf(event) {
  switch (event.type) {
    case 'handled': {
      const { messages, expired, refreshed, routes } = event
      const pages = plural(routes.length, 'page')
      const done = [
        refreshed > 0 && `refreshed ${plural(refreshed, 'fragment')}`,
        expired > 0 && `expired ${plural(expired, 'fragment')}`,
      ].filter(Boolean)
      return [
        ...messages.map(({ editor, action, title, change }) =>
          [`${editor} ${DID[action] ?? action} ${title}`, change].filter(Boolean).join(': '),
        ),
        `  ${done.join(', ') || 'nothing in the cache showed it'}; ${pages} to rebuild`,
      ]
    }
    case 'rebuilt':
      return [`  rebuilt ${event.route} in ${Math.round(event.ms)} ms`]
    case 'skipped':
      return [`  skipped ${event.route}: ${event.reason}`]
    case 'failed':
      return [`  failed ${event.route}: ${event.reason}${event.givenUp ? ', given up' : ', will try again'}`]
    default:
      return [`  ${event.reason}`]
  }
}

const DID = { save: 'saved', publish: 'published', unpublish: 'withdrew', delete: 'withdrew' }

const plural = (n, one) => `${n} ${n === 1 ? one : `${one}s`}`

/** Titles are anybody's: nothing in one may steer the terminal. */
const printable = (text) => text.replace(/\p{Cc}|\p{Cf}/gu, '�')
