/** Reads codes as the server does (sign_registry/codes.py): any case, o for 0, i and l for 1, Cyrillic look-alikes. */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const from = "OILАВЕЗКМНОРСТУХІ";
const to = "011ABE3KMH0PCTYX1";

export class ForeignCode extends Error {}

/** The code that was typed, or undefined when no sign can have it. */
export function readTyped(text: string): string | undefined {
  const code = [...text.toUpperCase().replace(/[\s\p{Pd}\p{Cf}]/gu, "")]
    .map((symbol) => (from.includes(symbol) ? to[from.indexOf(symbol)]! : symbol))
    .join("");
  return code.length === 9 && checkSymbol(code.slice(0, 8)) === code[8] ? code : undefined;
}

/** The code of what the camera read. Throws ForeignCode when it leads to another address than ours. */
export function readScanned(text: string, origin: string): string | undefined {
  const cut = text.toUpperCase().lastIndexOf("/S/");
  if (cut < 0) throw new ForeignCode();
  if (text.slice(0, cut).toLowerCase() !== origin.toLowerCase()) throw new ForeignCode();
  return readTyped(text.slice(cut + 3).replace(/\/$/, ""));
}

/** ISO/IEC 7064, MOD 33,32; undefined when a symbol is not of the alphabet. */
function checkSymbol(symbols: string): string | undefined {
  let product = 32;
  for (const symbol of symbols) {
    const value = alphabet.indexOf(symbol);
    if (value < 0) return undefined;
    product = (2 * ((product + value) % 32 || 32)) % 33;
  }
  return alphabet[(33 - product) % 32];
}
