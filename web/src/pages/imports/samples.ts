/** Files to begin with, one of each kind. */
export const SAMPLES = {
  customers: `customer_id,email,phone,first_name,last_name,country,city,tags,email_consent,sms_consent,loyalty_tier
1001,ada@shop.example,+393331234567,Ada,Rossi,IT,Milan,vip;newsletter,yes,no,gold
1002,bob@shop.example,,Bob,Bianchi,IT,Rome,,no,,silver
`,
  events: `customer_id,event,timestamp,order_id,revenue,currency
1001,Order Completed,2026-05-01T10:00:00Z,5001,59.90,EUR
1002,Product Viewed,2026-05-02T11:30:00Z,,,
`,
} as const;
