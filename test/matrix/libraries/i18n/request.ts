import { getRequestConfig } from 'next-intl/server'

/** One locale for the site, which a call may override. */
export default getRequestConfig(async ({ locale = 'en' }) => ({
  locale,
  timeZone: 'UTC',
  now: new Date(0),
  formats: { dateTime: { short: { day: 'numeric', month: 'short', year: 'numeric' } } },
  messages: (await import(`../messages/${locale}.json`)).default,
}))
