/** The page behind the links of items. A browser prefetches it for the links that are on the screen. */
export default function ItemPage() {
  return <main>An item</main>
}
