// mixpanel (Node), unmodified: node mixpanel.mjs <host:port> <write key>
import Mixpanel from 'mixpanel';

const [host, token] = process.argv.slice(2);
const mixpanel = Mixpanel.init(token, { host, protocol: 'http', keepAlive: false });
const done = (call) => new Promise((resolve, reject) => call((error) => (error ? reject(error) : resolve())));
const order = { distinct_id: 'ada', order_id: 'o-1', revenue: 12.5 };
await done((then) => mixpanel.track('Order Completed', order, then));
await done((then) => mixpanel.people.set('ada', { $email: 'ada@shop.example', $first_name: 'Ada' }, then));
await done((then) => mixpanel.people.set_once('ada', { plan: 'first' }, then));
await done((then) => mixpanel.people.set_once('ada', { plan: 'second' }, then));
await done((then) => mixpanel.track_batch([{ event: 'Page Viewed', properties: { distinct_id: 'ada' } }], then));
