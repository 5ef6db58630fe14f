/** Builds parts of the page from words, never from markup. */
type Part = Node | string;

export function made<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Record<string, string>,
  ...parts: Part[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...parts);
  return element;
}

export function button(label: string, kind: string, act: () => void): HTMLButtonElement {
  const element = made("button", { type: "button", class: `button ${kind}`.trim() }, label);
  element.addEventListener("click", act);
  return element;
}

/** "{n} waiting" with its numbers filled in; data kept from an older version may lack a sentence. */
export function filled(text: string | undefined, values: Record<string, string | number>): string {
  return (text ?? "").replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
