/**
 * Replaces the parts of a page's DOM that differ between two loads of the same page:
 *
 * - Emotion and Ant Design collect the styles of a page in the order in which the server renders their components. That is
 *   the order in which async components arrive.
 * - Mantine gives ids from `Math.random()` to hydrated components.
 * - React numbers the ids of mounted components in the order of their arrival.
 * - Ant Design puts the time into the key of a style element that stops the page from scrolling.
 *
 * @param lines as `readDomLines` returns them
 */
export function normalizeLines(lines: readonly string[]): string[] {
  const ids: string[] = []
  const numberId = (id: string) => {
    if (!ids.includes(id)) ids.push(id)
    return `(id ${ids.indexOf(id)})`
  }
  let element = ''
  const replaced = lines.map((line) => {
    element = /^ *<(\w+)>$/.exec(line)?.[1] ?? element
    return line
      .replace(/(?<=^ *@data-emotion=")[^"]*/, (names) => sortParts(names, ' '))
      .replace(/(?<=^ *#text ").*(?="$)/, (text) => (element === 'style' ? sortRules(text) : text))
      .replace(/(?<=rc-util-locker-)\d+/, '(time)')
      .replace(/mantine-[a-z0-9]{9}\b|_r_[a-z0-9]+_/g, numberId)
  })
  return sortStyles(replaced)
}

function sortParts(text: string, separator: string): string {
  return text.split(separator).sort().join(separator)
}

/** Sorts the outer rules of a style sheet, and leaves the order inside of a rule. */
function sortRules(css: string): string {
  const rules: string[] = []
  let [depth, start] = [0, 0]
  for (let index = 0; index < css.length; index++) {
    if (css[index] === '{') depth++
    if (css[index] !== '}' || --depth > 0) continue
    const rule = css.slice(start, index + 1)
    // Ant Design lists its style sheets in a rule.
    rules.push(rule.replace(/(?<=cache-path\{content:\\")[^"\\]*/, (paths) => sortParts(paths, ';')))
    start = index + 1
  }
  return [...rules.sort(), css.slice(start)].join('\n')
}

/** Sorts the style elements that follow each other. */
function sortStyles(lines: readonly string[]): string[] {
  const isStyle = (block?: string) => block?.trimStart().startsWith('<style>') ?? false
  const getDepth = (block: string) => block.length - block.trimStart().length
  // A block is a line, or a style element.
  const runs: string[][] = []
  for (const line of lines) {
    const run = runs.at(-1) ?? []
    const previous = run.at(-1)
    if (previous === undefined || !isStyle(previous)) runs.push([line])
    else if (getDepth(line) > getDepth(previous)) run.push(`${run.pop()}\n${line}`)
    else if (isStyle(line)) run.push(line)
    else runs.push([line])
  }
  return runs.flatMap((run) => run.sort())
}
