export { Page as default } from '../../../../lib/Page'
