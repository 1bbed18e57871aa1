export { DELETE } from '../../../site/app/garbage/route'
