import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { broadcasts } from '@/api/broadcasts';
import { useMay } from '@/api/me';
import { Broken } from '@/ui/Broken';
import { Loading } from '@/ui/Loading';
import { Edit } from './Edit';
import { Sent } from './Sent';

/** A draft to be written and reviewed; once it is confirmed, what became of it. */
export function Component() {
  const { id = '' } = useParams();
  const found = useQuery(broadcasts.one(id));
  const may = useMay('marketer');
  if (found.isPending) return <Loading />;
  if (found.isLoadingError) return <Broken query={found} back="/broadcasts" />;
  const isDraft = found.data.status.kind === 'draft';
  return isDraft && may ? <Edit key={id} broadcast={found.data} /> : <Sent broadcast={found.data} />;
}
