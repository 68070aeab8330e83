// @segment/analytics-node, unmodified: node segment.mjs <address> <write key>
import { Analytics } from '@segment/analytics-node';

const [host, writeKey] = process.argv.slice(2);
const analytics = new Analytics({ writeKey, host, flushAt: 3, flushInterval: 200, maxRetries: 1 });
const failed = [];
analytics.on('error', (error) => failed.push(String(error.reason ?? error.code)));
analytics.identify({ userId: 'ada', traits: { email: 'ada@shop.example', firstName: 'Ada' } });
analytics.track({ userId: 'ada', event: 'Order Completed', properties: { order_id: 'o-1', revenue: 12.5 } });
analytics.page({ anonymousId: 'a-1', name: 'Home' });
analytics.screen({ userId: 'ada', name: 'Cart' });
analytics.group({ userId: 'ada', groupId: 'g-1' });
analytics.alias({ userId: 'ada', previousId: 'a-1' });
await analytics.closeAndFlush();
if (failed.length) {
  console.error(failed);
  process.exit(1);
}
