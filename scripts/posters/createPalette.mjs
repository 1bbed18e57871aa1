/** Three colours per genre, as [hue, saturation, lightness]: paper, figure, accent. */
const GENRE_COLOURS = {
  Action: [
    [12, 74, 46],
    [18, 40, 13],
    [40, 92, 62],
  ],
  Adventure: [
    [192, 42, 36],
    [198, 50, 16],
    [38, 88, 66],
  ],
  'Black Comedy': [
    [48, 82, 56],
    [40, 12, 12],
    [2, 72, 52],
  ],
  Comedy: [
    [44, 92, 62],
    [14, 80, 54],
    [196, 52, 38],
  ],
  'Concert/Performance': [
    [286, 44, 24],
    [322, 70, 52],
    [46, 94, 66],
  ],
  Documentary: [
    [84, 12, 68],
    [90, 14, 20],
    [14, 74, 50],
  ],
  Drama: [
    [214, 34, 30],
    [210, 36, 14],
    [24, 62, 72],
  ],
  Horror: [
    [350, 12, 11],
    [354, 74, 40],
    [40, 26, 82],
  ],
  Musical: [
    [328, 54, 56],
    [280, 44, 22],
    [50, 96, 70],
  ],
  'Romantic Comedy': [
    [352, 72, 78],
    [346, 58, 46],
    [20, 90, 92],
  ],
  'Thriller/Suspense': [
    [168, 22, 22],
    [170, 28, 9],
    [66, 66, 62],
  ],
  Western: [
    [28, 72, 58],
    [14, 52, 24],
    [46, 90, 74],
  ],
}
/** The colours of films without a genre: pale, of any hue. */
const ANY = [
  [36, 22, 66],
  [30, 20, 22],
  [68, 60, 78],
]

/** Returns the colours of a genre, shifted a little so that the posters of a genre look different. */
export function createPalette(genre, random) {
  const hueShift = (random() - 0.5) * (genre === null ? 360 : 26)
  const lightnessShift = (random() - 0.5) * 8
  const [paper, ink, light] = (GENRE_COLOURS[genre] ?? ANY).map(
    ([hue, saturation, lightness]) =>
      `hsl(${(Math.round(hue + hueShift) + 720) % 360} ${saturation}% ${Math.round(lightness + lightnessShift)}%)`,
  )
  return { paper, ink, light }
}
