import type { RuleGroupType, RuleType } from 'react-querybuilder';
import type { Condition } from '@/api/types';

/** The language of domain/conditions.py as react-querybuilder draws it: groups stay groups, each other part is a rule. */
export type Leaf = Exclude<Condition, { kind: 'all' | 'any' | 'not' }>;
export type LeafKind = Leaf['kind'];

type Rule = RuleType<LeafKind, 'holds' | 'fails', Leaf>;
export type Query = RuleGroupType<Rule>;

export function toQuery(condition: Condition): Query {
  const part = toPart(condition);
  return 'rules' in part ? part : { combinator: 'and', not: false, rules: [part] };
}

function toPart(condition: Condition): Rule | Query {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return {
        combinator: condition.kind === 'all' ? 'and' : 'or',
        not: false,
        rules: (condition.of ?? []).map(toPart),
      };
    case 'not': {
      const inner = toPart(condition.condition);
      if ('rules' in inner)
        return inner.not ? { combinator: 'and', not: true, rules: [inner] } : { ...inner, not: true };
      return inner.operator === 'fails'
        ? { combinator: 'and', not: true, rules: [inner] }
        : { ...inner, operator: 'fails' };
    }
    default:
      return { field: condition.kind, operator: 'holds', value: condition };
  }
}

export function fromQuery(query: Query): Condition {
  const of = query.rules.map((part) => ('rules' in part ? fromQuery(part) : fromRule(part)));
  const [only] = of;
  const whole: Condition =
    of.length === 1 && only && !query.not ? only : { kind: query.combinator === 'or' ? 'any' : 'all', of };
  return query.not ? { kind: 'not', condition: of.length === 1 && only ? only : whole } : whole;
}

function fromRule(rule: Rule): Condition {
  return rule.operator === 'fails' ? { kind: 'not', condition: rule.value } : rule.value;
}
