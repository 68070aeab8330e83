import app from './app.json';
import builder from './builder.json';
import campaigns from './campaigns.json';
import conditions from './conditions.json';
import kinds from './kinds.json';
import monitor from './monitor.json';

export default { app, builder, campaigns, conditions, kinds, monitor };
