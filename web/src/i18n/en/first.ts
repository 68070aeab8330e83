import app from './app.json';
import builder from './builder.json';
import campaigns from './campaigns.json';
import conditions from './conditions.json';
import fields from './fields.json';
import home from './home.json';
import kinds from './kinds.json';
import status from './status.json';
import violations from './violations.json';

/** What the frame of the app, its first page, the campaigns and the canvas say. */
export default {
  app,
  builder,
  campaigns,
  conditions,
  fields,
  home,
  kinds,
  status,
  violations,
};
