/** Exact fractions; the denominator is above zero and nothing is rounded. */
export class Fraction {
  readonly top: bigint;
  readonly bottom: bigint;

  constructor(top: bigint, bottom = 1n) {
    const divisor = gcd(top, bottom);
    const sign = bottom < 0n ? -1n : 1n;
    this.top = (sign * top) / divisor;
    this.bottom = (sign * bottom) / divisor;
  }

  plus(other: Fraction): Fraction {
    return new Fraction(this.top * other.bottom + other.top * this.bottom, this.bottom * other.bottom);
  }

  minus(other: Fraction): Fraction {
    return new Fraction(this.top * other.bottom - other.top * this.bottom, this.bottom * other.bottom);
  }

  times(whole: bigint): Fraction {
    return new Fraction(this.top * whole, this.bottom);
  }

  over(whole: bigint): Fraction {
    return new Fraction(this.top, this.bottom * whole);
  }

  /** Below, at or above zero as this is below, equal to or above the other. */
  compare(other: Fraction): number {
    const difference = this.top * other.bottom - other.top * this.bottom;
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }

  /** The nearest number; large parts are cut first so that neither becomes infinite. */
  toNumber(): number {
    const shift = BigInt(Math.max(0, bits(this.top) - 900, bits(this.bottom) - 900));
    if (shift === 0n) return Number(this.top) / Number(this.bottom);
    return Number(this.top >> shift) / Number(this.bottom >> shift);
  }
}

export const zero = new Fraction(0n);

function bits(value: bigint): number {
  return (value < 0n ? -value : value).toString(16).length * 4;
}

export function gcd(first: bigint, second: bigint): bigint {
  let [a, b] = [first < 0n ? -first : first, second < 0n ? -second : second];
  while (b) [a, b] = [b, a % b];
  return a || 1n;
}
