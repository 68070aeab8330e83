import {
  IconActivityHeartbeat,
  IconAddressBook,
  IconBrain,
  IconBuildingStore,
  IconCalendarEvent,
  IconChartBubble,
  IconClipboardList,
  IconFileImport,
  IconFilter,
  IconHome,
  IconInbox,
  IconKey,
  IconMail,
  IconMailOff,
  IconMessageQuestion,
  IconMessageStar,
  IconMessages,
  IconPalette,
  IconReportMedical,
  IconSend,
  IconShieldHalf,
  IconSitemap,
  IconSparkles,
  IconTemplate,
  IconUsers,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { Status } from '@/api/status';
import type { Me, Role } from '@/api/types';

type Name =
  | 'home'
  | 'campaigns'
  | 'broadcasts'
  | 'calendar'
  | 'customers'
  | 'segments'
  | 'surveys'
  | 'templates'
  | 'brandKit'
  | 'messages'
  | 'contacting'
  | 'limits'
  | 'topics'
  | 'suppressions'
  | 'replies'
  | 'intelligence'
  | 'models'
  | 'clusters'
  | 'imports'
  | 'intake'
  | 'sandbox'
  | 'status'
  | 'shop'
  | 'audit'
  | 'keys';

export type NavigationItem = {
  to: string;
  text: `nav.${Name}`;
  icon: ComponentType<{ size?: number; stroke?: number }>;
  /** The least role that has use of the page. */
  role?: Role;
  /** Whether this installation has it. */
  where?: (me: Me) => boolean;
  /** How many things wait there for a person, shown beside the entry. */
  waiting?: (status: Status) => number;
  /** Pages that belong together, shown under this entry; it has no page itself. */
  parts?: NavigationItem[];
};

const CONTACTING: NavigationItem[] = [
  { to: '/contact-policy', text: 'nav.limits', icon: IconShieldHalf },
  { to: '/topics', text: 'nav.topics', icon: IconMessages },
  { to: '/suppressions', text: 'nav.suppressions', icon: IconMailOff },
  {
    to: '/possible-opt-outs',
    text: 'nav.replies',
    icon: IconMessageQuestion,
    waiting: (status) => status.possible_opt_outs,
  },
];

const INTELLIGENCE: NavigationItem[] = [
  { to: '/models', text: 'nav.models', icon: IconBrain },
  { to: '/clusters', text: 'nav.clusters', icon: IconChartBubble },
];

/** The entries of the menu, in order. */
export const NAVIGATION: NavigationItem[] = [
  { to: '/', text: 'nav.home', icon: IconHome },
  { to: '/campaigns', text: 'nav.campaigns', icon: IconSitemap },
  { to: '/broadcasts', text: 'nav.broadcasts', icon: IconSend },
  { to: '/calendar', text: 'nav.calendar', icon: IconCalendarEvent },
  { to: '/customers', text: 'nav.customers', icon: IconUsers },
  { to: '/segments', text: 'nav.segments', icon: IconFilter },
  { to: '/surveys', text: 'nav.surveys', icon: IconMessageStar },
  { to: '/templates', text: 'nav.templates', icon: IconTemplate },
  { to: '/brand-kit', text: 'nav.brandKit', icon: IconPalette },
  { to: '/messages', text: 'nav.messages', icon: IconMail },
  { to: '', text: 'nav.contacting', icon: IconAddressBook, parts: CONTACTING },
  { to: '', text: 'nav.intelligence', icon: IconSparkles, parts: INTELLIGENCE },
  { to: '/imports', text: 'nav.imports', icon: IconFileImport },
  { to: '/intake-notes', text: 'nav.intake', icon: IconReportMedical, role: 'operator' },
  { to: '/sandbox', text: 'nav.sandbox', icon: IconInbox, where: (me) => me.sandbox },
  { to: '/shop', text: 'nav.shop', icon: IconBuildingStore },
  { to: '/status', text: 'nav.status', icon: IconActivityHeartbeat, role: 'operator' },
  { to: '/audit', text: 'nav.audit', icon: IconClipboardList, role: 'operator' },
  { to: '/keys', text: 'nav.keys', icon: IconKey, role: 'admin' },
];
