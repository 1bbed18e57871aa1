import { parts } from './parts.mjs'

const [WIDTH, LEFT, BAR, GAP] = [860, 150, 34, 14]

/** Draws a bar per mode, divided into the colours of the parts. @returns an SVG document */
export function drawChart(profiled) {
  const longest = Math.max(...profiled.map(({ times }) => sum(times)))
  const scale = (WIDTH - LEFT - 90) / longest
  const rows = profiled.map(({ title, times }, row) => {
    const y = 10 + row * (BAR + GAP)
    let x = LEFT
    const bars = times.map((time, index) => {
      const width = time * scale
      const bar = `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" fill="${parts[index].colour}"/>`
      x += width
      return bar
    })
    const label = `<text x="${LEFT - 8}" y="${y + BAR / 2 + 5}" text-anchor="end">${title}</text>`
    const total = `<text x="${(x + 8).toFixed(1)}" y="${y + BAR / 2 + 5}">${sum(times).toFixed(1)} ms</text>`
    return [label, ...bars, total].join('\n')
  })
  const top = 10 + profiled.length * (BAR + GAP) + 8
  const legend = parts.map(({ title, colour }, index) => {
    const y = top + index * 20
    return `<rect x="${LEFT}" y="${y}" width="12" height="12" fill="${colour}"/><text x="${LEFT + 20}" y="${y + 11}">${title}</text>`
  })
  const height = top + parts.length * 20 + 6
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13">
<title>The server's time for a page, by part</title>
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
<g fill="#222">
${[...rows, ...legend].join('\n')}
</g>
</svg>
`
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0)
