import { Button, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Suppression } from '@/api/contact';
import { Since } from '@/ui/Since';
import { reasonOf } from './reasons';

type Props = { items: Suppression[]; lift?: (shown: Suppression) => void };

/** Only e-mail addresses and numbers can be lifted: a push token that died comes back by itself, as another one. */
const liftable = ({ channel }: Suppression) => channel === 'email' || channel === 'sms';

export function Rows({ items, lift }: Props) {
  const { t } = useTranslation(['contacting', 'app']);
  return (
    <Table.ScrollContainer
      minWidth={330}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': t('contacting:suppressions.title') } }}
    >
      <Table verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('contacting:suppressions.address')}</Table.Th>
            <Table.Th>{t('contacting:suppressions.reason')}</Table.Th>
            <Table.Th visibleFrom="sm">{t('contacting:suppressions.channel')}</Table.Th>
            <Table.Th visibleFrom="sm">{t('contacting:suppressions.source')}</Table.Th>
            <Table.Th visibleFrom="xs">{t('contacting:suppressions.at')}</Table.Th>
            {lift && (
              <Table.Th>
                <span className="visually-hidden">{t('contacting:suppressions.lift')}</span>
              </Table.Th>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => {
            const reason = reasonOf(item.reason);
            return (
              <Table.Tr key={`${item.channel} ${item.address}`}>
                <Table.Td fw={600} style={{ overflowWrap: 'anywhere' }}>
                  {item.address}
                </Table.Td>
                <Table.Td>{reason === 'other' ? item.reason : t(`contacting:suppressions.reasons.${reason}`)}</Table.Td>
                <Table.Td visibleFrom="sm">{t(`app:channel.${item.channel}`)}</Table.Td>
                <Table.Td visibleFrom="sm">
                  <Text size="sm" c="dimmed">
                    {item.source}
                  </Text>
                </Table.Td>
                <Table.Td visibleFrom="xs">
                  <Since at={item.at} />
                </Table.Td>
                {lift && (
                  <Table.Td ta="right">
                    {liftable(item) && (
                      <Button
                        size="compact-sm"
                        variant="default"
                        aria-label={t('contacting:suppressions.liftOne', { address: item.address })}
                        onClick={() => lift(item)}
                      >
                        {t('contacting:suppressions.liftShort')}
                      </Button>
                    )}
                  </Table.Td>
                )}
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
