// @rudderstack/rudder-sdk-node, unmodified: node rudder.mjs <address> <write key>
import RudderAnalytics from '@rudderstack/rudder-sdk-node';

const [host, writeKey] = process.argv.slice(2);
const client = new RudderAnalytics(writeKey, { dataPlaneUrl: host, flushAt: 20, flushInterval: 500, gzip: true });
client.identify({ userId: 'ada', traits: { email: 'ada@shop.example', firstName: 'Ada' } });
client.track({ userId: 'ada', event: 'Order Completed', properties: { order_id: 'o-1', revenue: 12.5 } });
client.page({ anonymousId: 'a-1', name: 'Home' });
client.alias({ userId: 'ada', previousId: 'a-1' });
await new Promise((resolve, reject) => client.flush((error) => (error ? reject(error) : resolve())));
process.exit(0);
