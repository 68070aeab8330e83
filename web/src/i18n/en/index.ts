import app from './app.json';
import audit from './audit.json';
import broadcasts from './broadcasts.json';
import builder from './builder.json';
import campaigns from './campaigns.json';
import conditions from './conditions.json';
import contacting from './contacting.json';
import customers from './customers.json';
import emails from './emails.json';
import fields from './fields.json';
import home from './home.json';
import imports from './imports.json';
import intake from './intake.json';
import intelligence from './intelligence.json';
import journeys from './journeys.json';
import keys from './keys.json';
import kinds from './kinds.json';
import messages from './messages.json';
import monitor from './monitor.json';
import phrases from './phrases.json';
import sandbox from './sandbox.json';
import segments from './segments.json';
import sentences from './sentences.json';
import status from './status.json';
import surveys from './surveys.json';
import templates from './templates.json';
import violations from './violations.json';

export default {
  app,
  audit,
  broadcasts,
  builder,
  campaigns,
  conditions,
  contacting,
  customers,
  emails,
  fields,
  home,
  imports,
  intake,
  intelligence,
  journeys,
  keys,
  kinds,
  messages,
  monitor,
  phrases,
  sandbox,
  segments,
  sentences,
  status,
  surveys,
  templates,
  violations,
};
