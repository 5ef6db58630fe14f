/** What voters have left: numbers with a bound of their error and, where these touch, exact fractions. */
import type { Election } from "./election";
import { Fraction, zero } from "./fraction";

/** Who gives a project points: groups of equal ballots, with points above zero. */
export interface Column {
  rows: number[];
  points: number[];
  people: number[];
  weight: number;
}

interface Level {
  price: number;
  error: number;
  gap: number[];
  isNear: boolean[];
}

interface Payment {
  column: Column;
  price: Fraction;
}

const errorPart = 1e-12;

export function columnsOf(election: Election): Column[] {
  const columns = election.projects.map((): Column => ({ rows: [], points: [], people: [], weight: 0 }));
  election.ballots.forEach(({ points, people }, row) => {
    for (const [place, worth] of points) {
      if (worth <= 0) continue;
      const column = columns[place]!;
      column.rows.push(row);
      column.points.push(worth);
      column.people.push(people);
      column.weight += worth * people;
    }
  });
  return columns;
}

export class Purse {
  private readonly share: Fraction[];
  private readonly left: number[];
  private readonly hasMoney: boolean[];
  private readonly error: number;
  private readonly payments: Payment[] = [];

  /** `share` is what a voter of each group of ballots holds. */
  constructor(share: Fraction[]) {
    this.share = share;
    this.left = share.map((one) => one.toNumber());
    this.hasMoney = this.left.map((one) => one > 0);
    this.error = errorPart * this.left.reduce((most, one) => Math.max(most, one), 0);
  }

  /** Bounds of the price of a point; nothing where it certainly cannot be paid. */
  priceBetween(column: Column, cost: bigint): [number, number] | undefined {
    const asked = Number(cost);
    let most = 0;
    let people = 0;
    column.rows.forEach((row, spot) => {
      most += this.left[row]! * column.people[spot]!;
      people += column.people[spot]!;
    });
    const doubt = this.error * people + most * 1e-13;
    if (most < asked - doubt) return undefined;
    const level = this.level(column, asked);
    if (most <= asked + doubt) {
      const exact = this.settled(column, cost, level)?.toNumber();
      return exact === undefined ? undefined : [exact * (1 - 1e-12), exact * (1 + 1e-12)];
    }
    return [level.price - level.error, level.price + level.error];
  }

  /** The price of a point, exactly, of a project that can be paid. */
  price(column: Column, cost: bigint): Fraction {
    const level = this.level(column, Number(cost));
    if (level.isNear.some(Boolean)) {
      const exact = this.settled(column, cost, level);
      if (!exact) throw new Error("unpaid");
      return exact;
    }
    let missing = new Fraction(cost);
    let rich = 0n;
    column.rows.forEach((_row, spot) => {
      if (level.gap[spot]! >= 0) rich += BigInt(column.points[spot]! * column.people[spot]!);
    });
    missing = missing.minus(this.held(column, (spot) => level.gap[spot]! < 0));
    return missing.over(rich);
  }

  /** Takes the money for a project. */
  pay(column: Column, cost: bigint): void {
    let price = zero;
    if (cost > 0n) {
      price = this.price(column, cost);
      const { gap, isNear } = this.level(column, Number(cost));
      column.rows.forEach((row, spot) => {
        let after = Math.max(gap[spot]!, 0);
        if (isNear[spot]) {
          const rest = this.leftExactly(row).minus(price.times(BigInt(column.points[spot]!)));
          after = Math.max(rest.toNumber(), 0);
        }
        gap[spot] = after;
      });
      column.rows.forEach((row, spot) => {
        this.left[row] = gap[spot]!;
        this.hasMoney[row] = gap[spot]! > 0;
      });
    }
    this.payments.push({ column, price });
    if (cost > 0n) this.paid.push(new Map(column.rows.map((row, spot) => [row, column.points[spot]!])));
    else this.paid.push(new Map());
  }

  private readonly paid: Map<number, number>[] = [];

  private level(column: Column, cost: number): Level {
    const [price, weight] = this.waterLevel(column, cost);
    const people = column.people.reduce((sum, one) => sum + one, 0);
    const error = (this.error * people) / weight + price * 1e-12;
    const gap = column.rows.map((row, spot) => this.left[row]! - price * column.points[spot]!);
    const isNear = gap.map(
      (one, spot) =>
        Math.abs(one) <= this.error + error * column.points[spot]! &&
        this.hasMoney[column.rows[spot]!]!,
    );
    return { price, error, gap, isNear };
  }

  /** Whoever cannot pay gives all, the others share the rest, until nobody else falls short. */
  private waterLevel(column: Column, cost: number): [number, number] {
    let level = cost / column.weight;
    for (let known = 0; ; ) {
      let poor = 0;
      let missing = cost;
      let weight = column.weight;
      let most = 0;
      column.rows.forEach((row, spot) => {
        const [left, points, people] = [this.left[row]!, column.points[spot]!, column.people[spot]!];
        most = Math.max(most, left / points);
        if (left >= level * points) return;
        poor += 1;
        missing -= left * people;
        weight -= points * people;
      });
      if (poor === known) return [level, Math.max(weight, 1)];
      known = poor;
      if (weight <= 0 || missing <= 0) return [most, 1];
      level = missing / weight;
    }
  }

  /** The price where some have just about what they would pay, if it can be paid. */
  private settled(column: Column, cost: bigint, level: Level): Fraction | undefined {
    const isPoor = (spot: number) => level.gap[spot]! < 0 && !level.isNear[spot];
    let missing = new Fraction(cost).minus(this.held(column, isPoor));
    let weight = 0n;
    const near: { left: Fraction; spot: number }[] = [];
    column.rows.forEach((row, spot) => {
      if (!isPoor(spot)) weight += BigInt(column.points[spot]! * column.people[spot]!);
      if (level.isNear[spot]) near.push({ left: this.leftExactly(row), spot });
    });
    const each = ({ left, spot }: { left: Fraction; spot: number }) => left.over(BigInt(column.points[spot]!));
    near.sort((one, other) => each(one).compare(each(other)) || one.spot - other.spot);
    let last = zero;
    for (const one of near) {
      last = each(one);
      if (last.times(weight).compare(missing) >= 0) return missing.over(weight);
      missing = missing.minus(one.left.times(BigInt(column.people[one.spot]!)));
      weight -= BigInt(column.points[one.spot]! * column.people[one.spot]!);
    }
    if (weight > 0n) return missing.over(weight);
    return missing.top <= 0n ? last : undefined;
  }

  /** What some supporters have left together, all voters of a group counted. */
  private held(column: Column, isMeant: (spot: number) => boolean): Fraction {
    const own = new Map<number, number>();
    column.rows.forEach((row, spot) => {
      if (isMeant(spot) && this.hasMoney[row]) own.set(row, column.people[spot]!);
    });
    return this.sum(own);
  }

  private leftExactly(row: number): Fraction {
    return this.hasMoney[row] ? this.sum(new Map([[row, 1]])) : zero;
  }

  /** Shares less payments: whoever still has money paid every price in full. */
  private sum(voters: Map<number, number>): Fraction {
    const shares = new Map<Fraction, bigint>();
    for (const [row, people] of voters) {
      const share = this.share[row]!;
      shares.set(share, (shares.get(share) ?? 0n) + BigInt(people));
    }
    let total = zero;
    for (const [share, people] of shares) total = total.plus(share.times(people));
    this.payments.forEach(({ price }, spot) => {
      let points = 0;
      const paid = this.paid[spot]!;
      for (const [row, people] of voters) points += (paid.get(row) ?? 0) * people;
      if (points) total = total.minus(price.times(BigInt(points)));
    });
    return total;
  }
}
