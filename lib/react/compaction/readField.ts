/**
 * Reads a field of a node. A form hides its own fields by the names of its inputs: of a form with `<input name="attributes">`,
 * `form.attributes` is the input. The prototype has the field itself.
 */
export function readField<Name extends keyof Element>(node: Node, name: Name): Element[Name] {
  return Reflect.get(Element.prototype, name, node)
}

/** Writes a field of a node that {@link readField} reads. */
export function writeField<Name extends 'innerHTML' | 'textContent'>(
  node: Node,
  name: Name,
  value: string,
): void {
  Reflect.set(Element.prototype, name, value, node)
}
