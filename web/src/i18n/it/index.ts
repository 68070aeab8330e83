import app from './app.json';
import builder from './builder.json';
import campaigns from './campaigns.json';
import conditions from './conditions.json';
import kinds from './kinds.json';

export default { app, builder, campaigns, conditions, kinds };
