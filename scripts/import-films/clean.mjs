const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** The data was collected in autumn 2010. The last announced film in it opens in December 2011. */
const LAST_YEAR = 2011

/** The Unix epoch in a time zone west of Greenwich. It stands for an unknown date, because no film opened on that day. */
const UNKNOWN_DATE = 'Dec 31 1969'

/**
 * Converts a record of the vega-datasets `movies.json` to a row of the `films` table. The source is a well
 * known example of untidy data: numeric titles, nulls, zero for "unknown", two-digit years read as 20xx, a Unix
 * epoch for an unknown date, and text decoded with the wrong encoding.
 */
export function cleanFilm(record) {
  const released = cleanDate(record['Release Date'])
  return {
    title: cleanTitle(record.Title),
    released,
    year: released === null ? null : Number(released.slice(0, 4)),
    genre: cleanText(record['Major Genre']),
    director: cleanText(record.Director),
    mpaa: cleanText(record['MPAA Rating']),
    running_time: cleanPositive(record['Running Time min']),
    distributor: cleanText(record.Distributor),
    source: cleanText(record.Source),
    creative_type: cleanText(record['Creative Type']),
    imdb_rating: record['IMDB Rating'],
    imdb_votes: record['IMDB Votes'],
    tomatoes: record['Rotten Tomatoes Rating'],
    budget: cleanPositive(record['Production Budget']),
    us_gross: cleanPositive(record['US Gross']),
    worldwide_gross: cleanPositive(record['Worldwide Gross']),
  }
}

function cleanTitle(value) {
  if (value === null) return 'Untitled'
  const title = repairEncoding(String(value)).replace(/\s+/g, ' ').trim()
  return title.replace(/^(.*), (The|An?)$/, '$2 $1').replace(/ \((?:19|20)\d\d\)$/, '')
}

function cleanDate(value) {
  const parts = /^([A-Z][a-z]{2}) (\d\d) (\d{4})$/.exec(value ?? '')
  if (!parts || value === UNKNOWN_DATE) return null
  const month = MONTHS.indexOf(parts[1]) + 1
  if (month === 0) return null
  const year = Number(parts[3])
  return `${year > LAST_YEAR ? year - 100 : year}-${String(month).padStart(2, '0')}-${parts[2]}`
}

const cleanText = (value) => (value === null || value === undefined ? null : String(value).trim() || null)
const cleanPositive = (value) => (value > 0 ? Math.round(value) : null)

/** Maps Mac Roman characters to their byte, to repair Windows-1252 text that was read as Mac Roman ('AmÈlie'). */
const macRomanByte = new Map(
  [...new TextDecoder('macintosh').decode(Uint8Array.from({ length: 128 }, (_, i) => 128 + i))].map(
    (character, i) => [character, 128 + i],
  ),
)

function repairEncoding(value) {
  let repaired = ''
  for (const character of value) {
    const byte = macRomanByte.get(character)
    // Above 0x9f Windows-1252 equals Latin-1. Below, the data contains only the ellipsis.
    repaired += byte === undefined ? character : byte === 0x85 ? '…' : String.fromCharCode(byte)
  }
  return repaired
}
