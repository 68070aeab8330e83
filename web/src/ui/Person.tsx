import { Anchor } from '@mantine/core';
import { Link } from 'react-router';

type Props = { of: { customer_id: string; external_id: string | null; customer_name: string | null } };

/** A customer by name, else by the shop's own id (which pointing at a name shows), leading to their page. */
export function Person({ of }: Props) {
  const id = of.external_id ?? of.customer_id;
  return (
    <Anchor
      component={Link}
      to={`/customers/${encodeURIComponent(id)}`}
      size="sm"
      title={of.customer_name ? id : undefined}
    >
      {of.customer_name ?? of.external_id ?? id.slice(0, 8)}
    </Anchor>
  );
}
