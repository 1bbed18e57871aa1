export { GET } from '../../../site/app/usage/route'
