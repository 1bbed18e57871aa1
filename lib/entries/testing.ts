export {
  createFragmentTester,
  type FragmentTester,
  type RenderedFragment,
  renderFragment,
} from '../testing/createFragmentTester.ts'
