/** The rules of a count: by votes until the money ends, or equal shares; as the file says it. */
import { exact, scoresOf, votersOf, type Election } from "./election";
import { Fraction } from "./fraction";
import { columnsOf, Purse, type Column } from "./purse";

export interface Rule {
  isShares: boolean;
  grows: boolean;
  stops: boolean;
  threshold: number;
  groups: Set<number>[];
  zones: Map<string, bigint>;
  rank: number[];
}

export function ruleOf(election: Election): Rule {
  const { meta, projects } = election;
  const said = meta.get("rule") ?? "";
  const known = ["greedy", "greedy-threshold", "greedy-no-skip", "equalshares", "equalshares/add1"];
  if (!known.includes(said)) throw new Error(`rule “${said}”`);
  const least = exact(meta.get("min_project_score_threshold") || "1").times(election.pointsScale);
  const groups = new Map<string, Set<number>>();
  projects.forEach(({ group }, place) => {
    if (group) groups.set(group, (groups.get(group) ?? new Set()).add(place));
  });
  return {
    isShares: said.startsWith("equalshares"),
    grows: said.endsWith("add1"),
    stops: said === "greedy-no-skip",
    threshold: Math.max(1, Math.ceil(least.toNumber())),
    groups: [...groups.values()].filter((group) => group.size > 1),
    zones: zonesOf(election),
    rank: rankOf(election),
  };
}

/** Places of the winners, in the order in which they won. */
export function winnersBy(election: Election, rule: Rule): number[] {
  if (!rule.isShares) return byVotes(election, rule);
  const shares = sharesOf(election, rule);
  return rule.grows ? grown(election, rule, shares) : bySharing(election, rule, shares);
}

function zonesOf({ meta, scale }: Election): Map<string, bigint> {
  const pairs = (meta.get("zone_budgets") ?? "").split(",").filter(Boolean);
  return new Map(
    pairs.map((pair) => {
      const spot = pair.lastIndexOf("=");
      const money = spot < 0 ? undefined : exact(pair.slice(spot + 1)).times(scale);
      if (!money || money.bottom !== 1n || money.top < 0n) throw new Error("zone_budgets");
      return [pair.slice(0, spot).trim(), money.top];
    }),
  );
}

function rankOf({ meta, projects }: Election): number[] {
  const said = meta.get("tie_order");
  if (!said) return projects.map((_, place) => place);
  const order = said.split(",").map((code) => code.trim());
  return projects.map(({ code }) => {
    const rank = order.indexOf(code);
    if (rank < 0) throw new Error("tie_order");
    return rank;
  });
}

function byVotes(election: Election, rule: Rule): number[] {
  const scores = scoresOf(election);
  const order = scores.map((_, place) => place);
  order.sort((a, b) => scores[b]! - scores[a]! || rule.rank[a]! - rule.rank[b]!);
  const won: number[] = [];
  let left = election.budget;
  for (const place of order) {
    if (scores[place]! < rule.threshold || shut(rule, won).has(place)) continue;
    if (election.projects[place]!.cost > left) {
      if (rule.stops) break;
      continue;
    }
    won.push(place);
    left -= election.projects[place]!.cost;
  }
  return won;
}

/** Projects that a winner of their group excludes. */
function shut(rule: Rule, won: Iterable<number>): Set<number> {
  const winners = new Set(won);
  const found = new Set<number>();
  for (const group of rule.groups)
    if ([...group].some((place) => winners.has(place)))
      for (const place of group) if (!winners.has(place)) found.add(place);
  return found;
}

function sharesOf(election: Election, { zones }: Rule): Fraction[] {
  const voters = votersOf(election);
  if (!voters) throw new Error("0");
  const equal = new Fraction(election.budget, BigInt(voters));
  if (!zones.size) return election.ballots.map(() => equal);
  const people = new Map<string, number>();
  for (const { zone, people: more } of election.ballots) people.set(zone, (people.get(zone) ?? 0) + more);
  const held = new Map<string, Fraction>();
  for (const [zone, money] of zones) held.set(zone, new Fraction(money, BigInt(people.get(zone) || 1)));
  return election.ballots.map(({ zone }) => {
    const share = held.get(zone);
    if (!share) throw new Error(`zone “${zone}”`);
    return share;
  });
}

/** Every share grows by one unit of money, until the budget is used or a count overspends. */
function grown(election: Election, rule: Rule, first: Fraction[]): number[] {
  const columns = columnsOf(election);
  const scores = scoresOf(election);
  const costs = election.projects.map(({ cost }) => cost);
  const wanted = costs.map((_, place) => place).filter((place) => columns[place]!.rows.length > 0);
  let shares = first;
  let last: number[] = [];
  for (;;) {
    const won = bySharing(election, rule, shares, columns);
    const left = won.reduce((rest, place) => rest - costs[place]!, election.budget);
    if (left < 0n) return last;
    last = won;
    const out = shut(rule, won);
    const open = wanted.filter(
      (place) => !won.includes(place) && !out.has(place) && scores[place]! >= rule.threshold,
    );
    if (open.every((place) => costs[place]! > left)) return last;
    const step = new Fraction(election.scale);
    const raised = new Map<Fraction, Fraction>();
    for (const share of shares) if (!raised.has(share)) raised.set(share, share.plus(step));
    shares = shares.map((share) => raised.get(share)!);
  }
}

function bySharing(
  election: Election,
  rule: Rule,
  shares: Fraction[],
  columns: Column[] = columnsOf(election),
): number[] {
  const scores = scoresOf(election);
  const costs = election.projects.map(({ cost }) => cost);
  const purse = new Purse(shares);
  const won: number[] = [];
  const bounds = new Map<number, number>();
  columns.forEach((column, place) => {
    if (!column.rows.length || scores[place]! < rule.threshold || shut(rule, won).has(place)) return;
    if (costs[place] === 0n) won.push(place);
    else bounds.set(place, (1 / column.weight) * (1 - 1e-9));
  });
  for (;;) {
    for (const place of shut(rule, won)) bounds.delete(place);
    const near = nearest(purse, columns, costs, bounds);
    if (!near.length) return won;
    const place = cheapest(purse, columns, costs, near, rule.rank);
    purse.pay(columns[place]!, costs[place]!);
    won.push(place);
    bounds.delete(place);
  }
}

/** Projects that may be the cheapest for what they are worth; forgets what cannot be paid any more. */
function nearest(purse: Purse, columns: Column[], costs: bigint[], bounds: Map<number, number>): number[] {
  let best = Infinity;
  const lowest = new Map<number, number>();
  for (const [place, bound] of [...bounds].sort(([, a], [, b]) => a - b)) {
    if (bound > best) break;
    const found = purse.priceBetween(columns[place]!, costs[place]!);
    if (!found) {
      bounds.delete(place);
      continue;
    }
    const cost = Number(costs[place]);
    bounds.set(place, found[0] / cost);
    lowest.set(place, found[0] / cost);
    best = Math.min(best, found[1] / cost);
  }
  return [...lowest].filter(([, low]) => low <= best).map(([place]) => place);
}

function cheapest(purse: Purse, columns: Column[], costs: bigint[], near: number[], rank: number[]): number {
  if (near.length === 1) return near[0]!;
  const priced = near.map((place) => ({
    place,
    price: purse.price(columns[place]!, costs[place]!).over(costs[place]!),
  }));
  priced.sort((a, b) => a.price.compare(b.price) || rank[a.place]! - rank[b.place]!);
  return priced[0]!.place;
}
