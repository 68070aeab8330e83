import { Anchor } from '@mantine/core';
import { Link } from 'react-router';

/** A customer, by the shop's own id where there is one, leading to their page. */
export function Person({ id, externalId }: { id: string; externalId: string | null | undefined }) {
  return (
    <Anchor component={Link} to={`/customers/${encodeURIComponent(externalId ?? id)}`} size="sm">
      {externalId ?? id.slice(0, 8)}
    </Anchor>
  );
}
