import { createPage } from '../../../createPage'
import { AntDesignPage } from '../AntDesignPage'

export default createPage('ant-design', AntDesignPage)
