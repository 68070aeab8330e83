import { IconSitemap } from '@tabler/icons-react';
import type { ComponentType } from 'react';

type NavigationItem = { to: string; text: 'nav.campaigns'; icon: ComponentType<{ size?: number; stroke?: number }> };

/** The entries of the menu, in order. */
export const NAVIGATION: NavigationItem[] = [{ to: '/campaigns', text: 'nav.campaigns', icon: IconSitemap }];
