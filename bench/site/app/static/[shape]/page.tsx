import { Page } from '../../../lib/Page'
import { type ShapeName, shapes } from '../../../lib/shapes'

export const generateStaticParams = () => Object.keys(shapes).map((shape) => ({ shape }))

export default async function Static({ params }: { params: Promise<{ shape: ShapeName }> }) {
  const { shape } = await params
  return <Page mode="static" shape={shape} wait={0} copy={0} />
}
