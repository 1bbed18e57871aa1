import { save, saveAs } from './actions'

export function Forms() {
  const closedOver = 'closed over'
  async function saveInline(_form: FormData): Promise<void> {
    'use server'
    await saveAs(closedOver, _form)
  }
  return (
    <>
      <form method="post" action="/nowhere" encType="multipart/form-data" noValidate>
        <fieldset disabled>
          <legend>Film</legend>
          <label htmlFor="title">Title</label>
          <input id="title" name="title" defaultValue={'Me & "You" <3'} maxLength={40} required />
        </fieldset>
        <input type="checkbox" name="seen" defaultChecked />
        <input type="checkbox" name="owned" />
        <input type="radio" name="rating" value="1" />
        <input type="radio" name="rating" value="2" defaultChecked />
        <input type="number" defaultValue={0} min={-1} step={0.5} />
        <input type="range" defaultValue={30} />
        <input value="as it is" readOnly />
        <input type="submit" value="Send" />
        <select name="one" defaultValue="b">
          <option value="a">A</option>
          <optgroup label="Others" disabled={false}>
            <option value="b">B</option>
            <option>{'C'}</option>
          </optgroup>
        </select>
        <select multiple defaultValue={['x', 'z']} size={3}>
          <option value="x">{1} x</option>
          <option value="y" disabled>
            y
          </option>
          <option value="z" label="zed" />
        </select>
        <select>
          <option>first</option>
          <option>second</option>
        </select>
        <textarea name="note" defaultValue={'\nleading newline & <b>'} rows={2} />
        <textarea defaultValue="" />
        <textarea value="as it is" readOnly />
        <output htmlFor="title">4</output>
        <progress value={0.3} max={1} />
        <progress />
        <meter value={2} min={0} max={10} />
        <datalist id="list">
          <option value="from a list" />
        </datalist>
        <button type="reset" disabled formNoValidate>
          <b>Re</b>set
        </button>
      </form>
      <form action={save}>
        <p>plain action</p>
        <button type="submit">save plainly</button>
      </form>
      <form action={saveAs.bind(null, 'a & b')}>
        <p>bound action</p>
        <button type="submit" formAction={saveAs.bind(null, 'other')}>
          save otherwise
        </button>
        <button type="submit">save bound</button>
      </form>
      <form action={saveInline}>
        <p>inline action</p>
        <button type="submit">save inline</button>
      </form>
    </>
  )
}
