import Accordion from '@mui/material/Accordion'
import AccordionDetails from '@mui/material/AccordionDetails'
import AccordionSummary from '@mui/material/AccordionSummary'
import AppBar from '@mui/material/AppBar'
import Button from '@mui/material/Button'
import Card from '@mui/material/Card'
import CardActions from '@mui/material/CardActions'
import CardContent from '@mui/material/CardContent'
import Checkbox from '@mui/material/Checkbox'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import TextField from '@mui/material/TextField'
import Toolbar from '@mui/material/Toolbar'
import Typography from '@mui/material/Typography'
import { Fragment, type Mode } from '../../Fragment'
import { Teaser } from '../../Teaser'
import { read } from '../../testControl'
import { NextLink } from './NextLink'
import { Popup } from './Popup'

export function MuiPage({ mode }: { mode: Mode }) {
  return (
    <>
      <Fragment mode={mode} name="mui">
        <Front mode={mode} />
      </Fragment>
      <Fragment mode={mode} name="mui questions">
        <Questions />
      </Fragment>
    </>
  )
}

async function Front({ mode }: { mode: Mode }) {
  const edition = await read('mui')
  return (
    <>
      <AppBar position="static">
        <Toolbar>
          <Typography variant="h6" component="h1" sx={{ flexGrow: 1 }}>
            Edition {edition}
          </Typography>
          <Button color="inherit" component={NextLink} href="/mui/plain?subscribe">
            Subscribe
          </Button>
        </Toolbar>
      </AppBar>
      <section>
        <h2>Cards</h2>
        <Card variant="outlined" sx={{ maxWidth: 345, '&:hover': { opacity: 0.9 } }}>
          <CardContent>
            <Teaser mode={mode} library="mui" />
          </CardContent>
          <CardActions>
            <Button size="small">Share</Button>
            <Checkbox slotProps={{ input: { 'aria-label': 'read' } }} />
          </CardActions>
        </Card>
      </section>
      <Popup title={`Notes ${edition}`}>
        <p>
          Notes of <b>edition {edition}</b>
        </p>
        <Teaser mode={mode} library="mui" />
      </Popup>
      <Table size="small">
        <TableHead>
          <TableRow>
            <TableCell>Article</TableCell>
            <TableCell align="right">Words</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {['lead', 'sports', 'weather'].map((article, index) => (
            <TableRow key={article}>
              <TableCell component="th" scope="row">
                {article} {edition}
              </TableCell>
              <TableCell align="right">{index * 250}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      <TextField label="Letter" defaultValue={`to ${edition}`} helperText="to the editor" />
    </>
  )
}

async function Questions() {
  const edition = await read('mui')
  return (
    <Accordion>
      <AccordionSummary id="question" aria-controls="answer">
        <Typography component="span">Why edition {edition}?</Typography>
      </AccordionSummary>
      <AccordionDetails>
        <ul>
          <li>
            <b>Because</b> of {edition}.
          </li>
        </ul>
      </AccordionDetails>
    </Accordion>
  )
}
