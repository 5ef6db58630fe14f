/** Counts the text of a .pb file; the page and the tests call just this. */
import { readElection, scoresOf, votersOf, type Election } from "./election";
import { Fraction } from "./fraction";
import { ruleOf, winnersBy } from "./rules";

export interface Counted {
  rule: string;
  currency: string;
  winners: string[];
  voters: number;
  budget: string;
  spent: string;
  projects: { code: string; name: string; cost: string; votes: number; wins: boolean }[];
}

export function count(text: string): Counted {
  const election = readElection(text);
  const rule = ruleOf(election);
  const winners = winnersBy(election, rule);
  const votes = scoresOf(election, false);
  const cost = winners.reduce((sum, place) => sum + election.projects[place]!.cost, 0n);
  return {
    rule: election.meta.get("rule") ?? "",
    currency: election.meta.get("currency") ?? "",
    winners: winners.map((place) => election.projects[place]!.code),
    voters: votersOf(election),
    budget: money(election.budget, election),
    spent: money(cost, election),
    projects: election.projects.map((one, place) => ({
      code: one.code,
      name: one.name,
      cost: money(one.cost, election),
      votes: votes[place]!,
      wins: winners.includes(place),
    })),
  };
}

/** An amount with cents only where there are any. */
function money(amount: bigint, { scale }: Election): string {
  const { top, bottom } = new Fraction(amount, scale);
  return bottom === 1n ? String(top) : (Number(top) / Number(bottom)).toFixed(2);
}
