import analytics from './analytics.json';
import audit from './audit.json';
import bi from './bi.json';
import broadcasts from './broadcasts.json';
import contacting from './contacting.json';
import customers from './customers.json';
import emails from './emails.json';
import experiments from './experiments.json';
import imports from './imports.json';
import intake from './intake.json';
import intelligence from './intelligence.json';
import journeys from './journeys.json';
import keys from './keys.json';
import messages from './messages.json';
import monitor from './monitor.json';
import phrases from './phrases.json';
import promotions from './promotions.json';
import sandbox from './sandbox.json';
import segments from './segments.json';
import sentences from './sentences.json';
import templates from './templates.json';

/** What all other pages say: fetched with the first of them. */
export default {
  analytics,
  audit,
  bi,
  broadcasts,
  contacting,
  customers,
  emails,
  experiments,
  imports,
  intake,
  intelligence,
  journeys,
  keys,
  messages,
  monitor,
  phrases,
  promotions,
  sandbox,
  segments,
  sentences,
  templates,
};
