import { Button, Card, Collapse, Flex, Input, Table, Tabs, Tag } from 'antd'
import { Fragment, type Mode } from '../../Fragment'
import { Teaser } from '../../Teaser'
import { read } from '../../testControl'
import { Notes } from './Notes'

export function AntDesignPage({ mode }: { mode: Mode }) {
  return (
    <>
      <Fragment mode={mode} name="ant-design">
        <Front mode={mode} />
      </Fragment>
      <Fragment mode={mode} name="ant-design sections">
        <Sections mode={mode} />
      </Fragment>
    </>
  )
}

async function Front({ mode }: { mode: Mode }) {
  const edition = await read('ant-design')
  return (
    <>
      <h1>Edition {edition}</h1>
      <Card title={<b>Card of {edition}</b>} extra={<a href="/ant-design/plain?subscribe">Subscribe</a>}>
        <Teaser mode={mode} library="ant-design" />
        <Flex gap="small">
          <Button>Share</Button>
          <Tag color="purple">new</Tag>
        </Flex>
      </Card>
      <Table
        pagination={false}
        columns={[
          { title: 'Article', dataIndex: 'article' },
          { title: 'Words', dataIndex: 'words' },
        ]}
        dataSource={[
          { key: 'lead', article: `lead ${edition}`, words: 250 },
          { key: 'sports', article: <i>sports {edition}</i>, words: 500 },
        ]}
      />
      <Input aria-label="Letter" defaultValue={`to ${edition}`} />
      <Notes title={`Notes ${edition}`}>
        <p>
          Notes of <b>edition {edition}</b>
        </p>
        <Teaser mode={mode} library="ant-design" />
      </Notes>
    </>
  )
}

async function Sections({ mode }: { mode: Mode }) {
  const edition = await read('ant-design')
  return (
    <>
      <Tabs
        items={[
          { key: 'news', label: 'News', children: <p>News of {edition}</p> },
          { key: 'sports', label: 'Sports', children: <Teaser mode={mode} library="ant-design" /> },
        ]}
      />
      <Collapse
        items={[
          {
            key: 'why',
            label: `Why edition ${edition}?`,
            children: (
              <p>
                <b>Because</b> of {edition}.
              </p>
            ),
          },
        ]}
      />
    </>
  )
}
